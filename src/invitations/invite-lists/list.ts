import type { Kysely, Transaction } from 'kysely'
import type { Random } from '../../runtime.ts'
import type {
  Database,
  InviteListRowTable,
  InviteListState,
  InviteListTable,
  InviteRowState,
} from '../../storage/schema.ts'
import { freshPaces, pacesShape, type Lane, type Paces } from './pace.ts'

/**
 * Why a list does not go on: `signed-out`, `forbidden`, `no-account` stop it until somebody does something; `unreachable`
 * and `broken` are tried again; `pace` is the homeserver's limit.
 */
export type ListProblem = 'signed-out' | 'forbidden' | 'no-account' | 'unreachable' | 'broken' | 'pace'

export interface NewList {
  readonly createdBy: string
  readonly sender: string
  readonly roomId: string
  readonly roomName: string | null
  /** Sealed. */
  readonly accessToken: string
  readonly rows: readonly { readonly address: string; readonly mxid: string | null }[]
}

export type InviteList = Omit<InviteListTable, 'pace'> & { readonly pace: Paces }
export type InviteRow = InviteListRowTable

const PAGE = 500

/** Writes a list that begins at once. Answers its id. */
export async function insertList(
  tx: Transaction<Database>,
  { createdBy, sender, roomId, roomName, accessToken, rows }: NewList,
  { now, random }: { readonly now: number; readonly random: Random },
): Promise<string> {
  const id = random.bytes(9).toString('base64url')
  await tx
    .insertInto('invite_lists')
    .values({
      ...{ id, state: 'running', created_at: now, created_by: createdBy, finished_at: null },
      ...{ room_id: roomId, room_name: roomName, sender, access_token: accessToken },
      ...{ pace: JSON.stringify(freshPaces(now)), failures: 0, problem: null, problem_detail: null },
    })
    .execute()
  const values = rows.map(({ address, mxid }, position) => ({
    ...{ list: id, position, medium: 'email', address, mxid, state: 'waiting' as const },
    ...{ attempts: 0, done_at: null, detail: null },
  }))
  for (let start = 0; start < values.length; start += PAGE) {
    await tx
      .insertInto('invite_list_rows')
      .values(values.slice(start, start + PAGE))
      .execute()
  }
  return id
}

/** The newest first. */
export async function readLists(
  db: Kysely<Database>,
  filter: { readonly state?: InviteListState; readonly id?: string } = {},
): Promise<readonly InviteList[]> {
  let query = db.selectFrom('invite_lists').selectAll().orderBy('created_at', 'desc').limit(50)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.id !== undefined) query = query.where('id', '=', filter.id)
  const rows = await query.execute()
  return rows.map((row) => ({ ...row, pace: pacesShape.parse(JSON.parse(row.pace)) }))
}

/** Changes a list if it is in one of these states. False when it is in another by now. */
export async function changeList(
  db: Kysely<Database>,
  id: string,
  from: readonly InviteListState[],
  { pace, ...change }: Partial<Omit<InviteListTable, 'pace'>> & { readonly pace?: Paces },
): Promise<boolean> {
  const result = await db
    .updateTable('invite_lists')
    .set({ ...change, ...(pace === undefined ? {} : { pace: JSON.stringify(pace) }) })
    .where('id', '=', id)
    .where('state', 'in', from)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

export interface RowCounts {
  readonly states: Readonly<Partial<Record<InviteRowState, number>>>
  /** Those that wait, by the limit that they fall under. */
  readonly waiting: Readonly<Record<Lane, number>>
}

export async function countRows(db: Kysely<Database>, list: string): Promise<RowCounts> {
  const rows = await db
    .selectFrom('invite_list_rows')
    .select((eb) => ['state', eb.fn.countAll<number>().as('count'), eb.fn.count<number>('mxid').as('direct')])
    .where('list', '=', list)
    .groupBy('state')
    .execute()
  const waiting = rows.find(({ state }) => state === 'waiting')
  const direct = Number(waiting?.direct ?? 0)
  return {
    states: Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)])),
    waiting: { direct, mail: Number(waiting?.count ?? 0) - direct },
  }
}

/** The first one of a lane that waits. */
export async function nextRow(db: Kysely<Database>, list: string, lane: Lane): Promise<InviteRow | null> {
  const row = await db
    .selectFrom('invite_list_rows')
    .selectAll()
    .where('list', '=', list)
    .where('state', '=', 'waiting')
    .where('mxid', lane === 'direct' ? 'is not' : 'is', null)
    .orderBy('position')
    .limit(1)
    .executeTakeFirst()
  return row ?? null
}

export async function changeRow(
  db: Kysely<Database>,
  { list, position }: Pick<InviteRow, 'list' | 'position'>,
  change: Partial<InviteRow>,
): Promise<void> {
  await db
    .updateTable('invite_list_rows')
    .set(change)
    .where('list', '=', list)
    .where('position', '=', position)
    .execute()
}

/** In the order of the file, those behind `after`. */
export async function readRows(
  db: Kysely<Database>,
  list: string,
  {
    state,
    after,
    limit,
  }: { readonly state?: InviteRowState; readonly after: number; readonly limit: number },
): Promise<readonly InviteRow[]> {
  let query = db
    .selectFrom('invite_list_rows')
    .selectAll()
    .where('list', '=', list)
    .where('position', '>', after)
    .orderBy('position')
    .limit(limit)
  if (state !== undefined) query = query.where('state', '=', state)
  return await query.execute()
}
