import { Table } from '@mantine/core'
import { useText } from '../../texts/use-text.tsx'

export interface DifferencesProps {
  readonly label: string
  /** Headers of the two columns of values. */
  readonly from: string
  readonly to: string
  readonly rows: readonly { readonly path: string; readonly from: unknown; readonly to: unknown }[]
}

/** Keys with two values each. */
export function Differences({ label, from, to, rows }: DifferencesProps) {
  const t = useText('changes')
  return (
    <Table aria-label={label} layout="fixed">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('key')}</Table.Th>
          <Table.Th>{from}</Table.Th>
          <Table.Th>{to}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((row) => (
          <Table.Tr key={row.path}>
            <Table.Th scope="row">
              <code>{row.path}</code>
            </Table.Th>
            <Table.Td>
              <Value value={row.from} />
            </Table.Td>
            <Table.Td>
              <Value value={row.to} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

/** Secrets are `{set: true}`, whatever they are. */
function Value({ value }: { readonly value: unknown }) {
  const t = useText('changes')
  if (value === null || value === undefined) return <em>{t('byDefault')}</em>
  if (typeof value === 'object' && 'set' in value) return '••••••'
  return <code>{typeof value === 'string' ? value : JSON.stringify(value)}</code>
}
