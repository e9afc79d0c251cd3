import type { Selectable } from 'kysely'
import type { AdminChangeTable } from '../../storage/tables/admin.ts'

/** An entry of the audit log. */
export interface Change {
  readonly id: number
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly by: string | null
  readonly operation: string
  readonly target: string | null
  readonly summary: string | null
  readonly before: unknown
  readonly after: unknown
  readonly state: 'kept' | 'trying' | 'reverted' | 'undone'
  readonly undoneBy: number | null
  /** Sealed, see `undo-data.ts`; null where the change cannot be undone. */
  readonly undo: string | null
}

export const asChange = (row: Selectable<AdminChangeTable>): Change => ({
  id: Number(row.id),
  at: row.at,
  by: row.admin_name,
  operation: row.operation,
  target: row.target,
  summary: row.summary,
  before: fromJson(row.before),
  after: fromJson(row.after),
  state: stateOf(row),
  undoneBy: row.undone_by,
  undo: row.undo,
})

function stateOf({ trial_id, undone_at }: Selectable<AdminChangeTable>): Change['state'] {
  if (trial_id === null) return undone_at === null ? 'kept' : 'undone'
  return undone_at === null ? 'trying' : 'reverted'
}

const fromJson = (text: string | null): unknown => (text === null ? null : JSON.parse(text))
