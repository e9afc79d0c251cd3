import { Table } from '@mantine/core'
import { useText } from '../../texts/use-text.tsx'
import { isKept } from '../draft/values.ts'

export interface Change {
  readonly path: string
  readonly before: unknown
  readonly after: unknown
}

/** Each setting that will be another one. */
export function ChangeTable({ changes }: { readonly changes: readonly Change[] }) {
  const t = useText('wizard-finish')
  const shown = (value: unknown): string => {
    if (value === null) return t('byDefault')
    if (isKept(value)) return t('secret')
    return typeof value === 'string' ? value : JSON.stringify(value)
  }
  return (
    <Table layout="fixed" aria-label={t('summary')}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('setting')}</Table.Th>
          <Table.Th>{t('before')}</Table.Th>
          <Table.Th>{t('after')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {changes.map(({ path, before, after }) => (
          <Table.Tr key={path}>
            <Table.Td style={wrap}>
              <code>{path}</code>
            </Table.Td>
            <Table.Td style={wrap} c="dimmed">
              {shown(before)}
            </Table.Td>
            <Table.Td style={wrap}>{shown(after)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

const wrap = { overflowWrap: 'anywhere', verticalAlign: 'top' } as const
