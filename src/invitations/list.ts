import type { ExpressionBuilder, Kysely, SelectQueryBuilder } from 'kysely'
import type { ThreePid } from '../matrix/threepid.ts'
import type { Database, InvitationState } from '../storage/schema.ts'

/** Every part narrows further; what is absent does not. */
export interface InvitationFilter {
  readonly states?: readonly InvitationState[]
  readonly address?: ThreePid
  readonly sender?: string
  /** A Matrix ID, as sender or as the one who was found. */
  readonly user?: string
  readonly room?: string
  /** Made before this time, milliseconds since the epoch. */
  readonly before?: number
  /** True: only those whose last attempt has failed. */
  readonly troubled?: boolean
  /** Those that come behind this one. */
  readonly behind?: Place
  readonly limit: number
}

/** Where a page of the list ends. */
export interface Place {
  readonly createdAt: number
  readonly id: string
}

const columns = [
  'id',
  'state',
  'medium',
  'address',
  'sender',
  'room_id',
  'properties',
  'created_at',
  'expires_at',
  'last_mailed_at',
  'resolved_mxid',
  'resolved_source',
  'wait_reason',
] as const

export type ListedInvitation = Awaited<ReturnType<typeof listInvitations>>[number]

/** The newest first. Without tokens and keys: whoever has them can use the invitation. */
export async function listInvitations(db: Kysely<Database>, filter: InvitationFilter) {
  return await narrowed(db.selectFrom('invitations').select(columns), filter)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(filter.limit)
    .execute()
}

/** How many there are in each state. */
export async function countInvitations(
  db: Kysely<Database>,
): Promise<Partial<Record<InvitationState, number>>> {
  const rows = await db
    .selectFrom('invitations')
    .select(['state', (eb) => eb.fn.countAll<number>().as('count')])
    .groupBy('state')
    .execute()
  return Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)]))
}

/** How many wait because something failed, or have failed for good. */
export async function countTroubled(db: Kysely<Database>): Promise<number> {
  const row = await db
    .selectFrom('invitations')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where(isTroubled)
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

const isTroubled = (eb: ExpressionBuilder<Database, 'invitations'>) =>
  eb.or([eb('wait_reason', 'is not', null), eb('state', '=', 'failed')])

type Query<O> = SelectQueryBuilder<Database, 'invitations', O>

function narrowed<O>(all: Query<O>, filter: InvitationFilter): Query<O> {
  const { states = [], address, sender, user, room, before, troubled, behind } = filter
  let query = all
  if (states.length > 0) query = query.where('state', 'in', states)
  if (address !== undefined) {
    query = query.where('medium', '=', address.medium).where('address', '=', address.address)
  }
  if (sender !== undefined) query = query.where('sender', '=', sender)
  if (room !== undefined) query = query.where('room_id', '=', room)
  if (before !== undefined) query = query.where('created_at', '<', before)
  if (troubled === true) query = query.where(isTroubled)
  if (user !== undefined) {
    query = query.where((eb) => eb.or([eb('sender', '=', user), eb('resolved_mxid', '=', user)]))
  }
  if (behind !== undefined) {
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('created_at', 'id'), '<', tuple(behind.createdAt, behind.id)),
    )
  }
  return query
}
