import { sql, type ExpressionBuilder, type ExpressionWrapper, type Kysely, type SqlBool } from 'kysely'
import type { Database } from '../../storage/schema.ts'
import type { ActivityKind, ActivityOutcome, ActivityRow } from './row.ts'
import { toActivityRow } from './store.ts'

/** Every filter narrows further. */
export interface ActivityFilter {
  readonly kind?: readonly ActivityKind[] | undefined
  readonly outcome?: readonly ActivityOutcome[] | undefined
  readonly source?: string | undefined
  readonly user?: string | undefined
  readonly server?: string | undefined
  readonly ip?: string | undefined
  readonly code?: string | undefined
  readonly subject?: string | undefined
  readonly request?: string | undefined
  readonly from?: number | undefined
  readonly to?: number | undefined
}

export interface ActivityPage {
  readonly filter: ActivityFilter
  /** Rows with smaller ids, the newest first; or with greater ids, the oldest first. */
  readonly before?: number | undefined
  readonly after?: number | undefined
  readonly limit: number
}

type Builder = ExpressionBuilder<Database, 'activity'>
type Condition = ExpressionWrapper<Database, 'activity', SqlBool>

/** One row more than the limit is read, to know whether there are more. */
export async function readActivity(
  db: Kysely<Database>,
  { filter, before, after, limit }: ActivityPage,
): Promise<{ readonly rows: readonly ActivityRow[]; readonly more: boolean }> {
  const rows = await db
    .selectFrom('activity')
    .selectAll()
    .where((eb) => eb.and([...conditionsOf(eb, filter), ...cursorOf(eb, before, after)]))
    .orderBy('id', after === undefined ? 'desc' : 'asc')
    .limit(limit + 1)
    .execute()
  return { rows: rows.slice(0, limit).map(toActivityRow), more: rows.length > limit }
}

export async function findActivity(db: Kysely<Database>, id: number): Promise<ActivityRow | null> {
  const row = await db.selectFrom('activity').selectAll().where('id', '=', id).executeTakeFirst()
  return row === undefined ? null : toActivityRow(row)
}

function cursorOf(eb: Builder, before: number | undefined, after: number | undefined): Condition[] {
  if (after !== undefined) return [eb('id', '>', after)]
  return before === undefined ? [] : [eb('id', '<', before)]
}

/** Columns that hold just what is asked. */
const plain = ['ip', 'code', 'subject', 'request'] as const

function conditionsOf(eb: Builder, filter: ActivityFilter): Condition[] {
  const { kind, outcome, source, user, server, from, to } = filter
  const conditions: Condition[] = plain.flatMap((name) => {
    const value = filter[name]
    return value === undefined ? [] : [eb(name, '=', value)]
  })
  if (kind !== undefined && kind.length > 0) conditions.push(eb('kind', 'in', kind))
  if (outcome !== undefined && outcome.length > 0) conditions.push(eb('outcome', 'in', outcome))
  if (source !== undefined) conditions.push(eb('source', '=', source))
  if (user !== undefined) conditions.push(eb.or([eb('user_id', '=', user), eb('mxid', '=', user)]))
  if (server !== undefined) conditions.push(ofServer(eb, server))
  if (from !== undefined) conditions.push(eb('at', '>=', from))
  if (to !== undefined) conditions.push(eb('at', '<=', to))
  return conditions
}

/** A server that asked, or that was asked. */
function ofServer(eb: Builder, server: string): Condition {
  return eb.or([
    eb('server', '=', server),
    eb('source', '=', server),
    eb('source', '=', sql<string>`${`federation ${server}`}`),
  ])
}
