import { sql, type Kysely, type Selectable } from 'kysely'
import type { Database } from '../../storage/schema.ts'
import type { ActivityTable } from '../../storage/tables/activity.ts'
import { jsonRows } from '../../storage/json-rows.ts'
import type { ActivityKind, ActivityOutcome, ActivityRow } from './row.ts'

export type NewActivityRow = Omit<Selectable<ActivityTable>, 'id'>

const texts = [
  'kind',
  'action',
  'outcome',
  'medium',
  'address',
  'subject',
  'mxid',
  'user_id',
  'server',
  'ip',
  'source',
  'code',
  'reason',
  'details',
  'request',
  'origin',
] as const
const integers = ['at', 'duration_ms'] as const
const columns = [...texts, ...integers]

/** Writes rows in one statement, and answers them with their ids; those whose origin is there already are left out. */
export async function insertActivity(
  db: Kysely<Database>,
  rows: readonly NewActivityRow[],
): Promise<readonly ActivityRow[]> {
  const values = rows.map((row) => columns.map((name) => (row[name] === null ? null : String(row[name]))))
  const read = columns.map((name, index) => {
    const value = sql`value ->> ${sql.lit(index)}`
    return integers.some((each) => each === name) ? sql`cast(${value} as bigint)` : value
  })
  const { rows: written } = await sql<Selectable<ActivityTable>>`
    insert into activity (${sql.join(columns.map((name) => sql.ref(name)))})
    select ${sql.join(read)} from ${jsonRows(db, values)} where true
    on conflict (origin) do nothing
    returning *`.execute(db)
  return written.map(toActivityRow).toSorted((a, b) => a.id - b.id)
}

export function toActivityRow(row: Selectable<ActivityTable>): ActivityRow {
  return {
    id: Number(row.id),
    at: Number(row.at),
    kind: row.kind as ActivityKind,
    action: row.action,
    outcome: row.outcome as ActivityOutcome,
    medium: row.medium as ActivityRow['medium'],
    address: row.address,
    subject: row.subject,
    mxid: row.mxid,
    requester: { user: row.user_id, server: row.server, ip: row.ip },
    source: row.source,
    durationMs: row.duration_ms === null ? null : Number(row.duration_ms),
    code: row.code,
    reason: row.reason,
    details: JSON.parse(row.details) as ActivityRow['details'],
    request: row.request,
  }
}
