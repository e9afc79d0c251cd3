import { sql, type ExpressionBuilder, type Kysely, type Transaction } from 'kysely'
import type { Runtime } from '../runtime.ts'
import type { Database, InvitationState } from '../storage/schema.ts'

/** What stands in the history: every state that was reached, and what happened in between. */
export type HistoryEvent =
  | InvitationState
  /** The mail server, or the gateway for text messages, took the message. */
  | 'mailed'
  /** It never will. */
  | 'not-mailed'
  | 'resent'
  /** An attempt failed and is repeated. */
  | 'waiting'
  /** The key of the mail has signed for somebody. */
  | 'signed'

export interface HistoryEntry {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly event: string
  readonly detail: string
}

export interface NewEntry {
  /** Of the invitation. */
  readonly id: string
  readonly event: HistoryEvent
  readonly detail: string
}

export async function noteHistory(
  tx: Transaction<Database>,
  runtime: Runtime,
  entries: readonly NewEntry[],
): Promise<void> {
  if (entries.length === 0) return
  const at = runtime.clock.now()
  await tx
    .insertInto('invitation_history')
    .values(entries.map(({ id, event, detail }) => ({ invitation_id: id, at, state: event, detail })))
    .execute()
}

/** Oldest first. */
export async function readHistory(db: Kysely<Database>, id: string): Promise<readonly HistoryEntry[]> {
  return await db
    .selectFrom('invitation_history')
    .select(['at', 'state as event', 'detail'])
    .where('invitation_id', '=', id)
    .orderBy('id')
    .execute()
}

export interface Waiting {
  /** One invitation, or all that wait for one homeserver. */
  readonly of: { readonly id: string } | { readonly server: string }
  /** A sentence without addresses. */
  readonly reason: string
  /** Milliseconds since the epoch. */
  readonly nextAttemptAt: number
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/**
 * Notes why invitations wait and until when: at once the first time, after an hour for another reason, daily for the same.
 * Three days of outage are a few lines, not the hundred attempts.
 */
export async function noteWaiting(
  tx: Transaction<Database>,
  runtime: Runtime,
  { of, reason, nextAttemptAt }: Waiting,
): Promise<void> {
  const now = runtime.clock.now()
  const isDue = (eb: ExpressionBuilder<Database, 'invitations'>) =>
    eb.and([
      'id' in of
        ? eb('id', '=', of.id)
        : eb.and([eb('state', '=', 'resolved'), eb('resolved_server', '=', of.server)]),
      eb.or([
        eb('wait_noted_at', 'is', null),
        eb('wait_noted_at', '<=', now - DAY_MS),
        eb.and([eb('wait_reason', '<>', reason), eb('wait_noted_at', '<=', now - HOUR_MS)]),
      ]),
    ])
  const detail = `${reason} Next attempt: ${new Date(nextAttemptAt).toISOString()}`
  const rows = tx
    .selectFrom('invitations')
    .select([
      'id',
      sql<number>`cast(${now} as bigint)`.as('at'),
      sql<string>`'waiting'`.as('state'),
      sql<string>`cast(${detail} as text)`.as('detail'),
    ])
    .where(isDue)
  await tx
    .insertInto('invitation_history')
    .columns(['invitation_id', 'at', 'state', 'detail'])
    .expression(rows)
    .execute()
  await tx.updateTable('invitations').set({ wait_reason: reason, wait_noted_at: now }).where(isDue).execute()
}

/** For a change that ends the waiting: the next reason is noted at once. */
export const noLongerWaiting = { wait_reason: null, wait_noted_at: null } as const
