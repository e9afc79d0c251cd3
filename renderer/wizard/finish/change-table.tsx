import { useMemo } from 'react'
import type { Column } from '../../components/data-table/columns.ts'
import { DataTable } from '../../components/data-table/data-table.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { useText, type Translate } from '../../texts/use-text.tsx'
import { isKept } from '../draft/values.ts'

export interface Change {
  readonly path: string
  readonly before: unknown
  readonly after: unknown
}

/** Each setting that will be another one. */
export function ChangeTable({ changes }: { readonly changes: readonly Change[] }) {
  const t = useText('wizard-finish')
  return (
    <DataTable
      label={t('summary')}
      rows={changes}
      columns={useColumns()}
      rowKey={({ path }) => path}
      empty={<EmptyState title={t('nothingChanges')} />}
    />
  )
}

function useColumns(): readonly Column<Change>[] {
  const t = useText('wizard-finish')
  return useMemo(
    () => [
      { id: 'path', header: t('setting'), cell: ({ path }) => <code>{path}</code>, width: '40%' },
      { id: 'before', header: t('before'), cell: ({ before }) => shown(before, t), width: '22%' },
      { id: 'after', header: t('after'), cell: ({ after }) => shown(after, t) },
    ],
    [t],
  )
}

/** Lists are named by what is in them; the whole of it stands in the difference of the file. */
function shown(value: unknown, t: Translate<'wizard-finish'>): string {
  if (value === null) return t('byDefault')
  if (isKept(value)) return t('secret')
  if (Array.isArray(value)) return value.map((item: unknown) => nameOf(item)).join(', ')
  if (typeof value === 'object') return Object.keys(value as object).join(', ')
  return typeof value === 'boolean' ? t(value ? 'on' : 'off') : String(value)
}

function nameOf(item: unknown): string {
  if (typeof item !== 'object' || item === null || !('id' in item)) return String(item)
  return 'type' in item ? `${String(item.id)} (${String(item.type)})` : String(item.id)
}
