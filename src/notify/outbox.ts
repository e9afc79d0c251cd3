import type { Kysely, Transaction } from 'kysely'
import type { Runtime } from '../runtime.ts'
import type { Database, OutboxState, OutboxTable } from '../storage/schema.ts'

/** What stands in place of a payload that nobody needs any more. */
export const emptyPayload = '{}'

export interface OutboxMessage {
  /** Chooses the handler. */
  readonly kind: string
  /** Names the receiver, where messages share one that may be down: see `outbox-lanes.ts`. */
  readonly lane?: string
  /** Names the cause: a second message with the same key is not written, not even after the first is done. */
  readonly dedupeKey: string
  /** Anything that JSON can hold. */
  readonly payload: unknown
  /** Milliseconds since the epoch: from here on the message is worthless and fails. */
  readonly expiresAt: number
  /** Milliseconds since the epoch; default: at once. */
  readonly notBefore?: number
}

/**
 * Writes a message into the transaction of the change that causes it; call the worker's `wake()` after the commit.
 * False when a message with this `dedupeKey` exists.
 */
export async function enqueue(
  tx: Transaction<Database>,
  runtime: Runtime,
  message: OutboxMessage,
): Promise<boolean> {
  return (await enqueueAll(tx, runtime, [message])) > 0
}

/** The same for several messages in one statement. Answers how many were written. */
export async function enqueueAll(
  tx: Transaction<Database>,
  runtime: Runtime,
  messages: readonly OutboxMessage[],
): Promise<number> {
  if (messages.length === 0) return 0
  const now = runtime.clock.now()
  const result = await tx
    .insertInto('outbox')
    .values(messages.map((message) => toRow(message, runtime, now)))
    .onConflict((conflict) => conflict.column('dedupe_key').doNothing())
    .executeTakeFirst()
  return Number(result.numInsertedOrUpdatedRows ?? 0n)
}

function toRow(message: OutboxMessage, { random }: Runtime, now: number): OutboxTable {
  const dueAt = message.notBefore ?? now
  return {
    id: random.bytes(16).toString('base64url'),
    kind: message.kind,
    lane: message.lane ?? null,
    dedupe_key: message.dedupeKey,
    payload: JSON.stringify(message.payload),
    state: 'queued',
    attempts: 0,
    next_attempt_at: dueAt,
    first_due_at: dueAt,
    leased_until: null,
    attempt_started_at: null,
    last_error: null,
    created_at: now,
    expires_at: message.expiresAt,
    finished_at: null,
  }
}

export interface OutboxFilter {
  readonly kind?: string
  readonly states?: readonly OutboxState[]
  /** Default 100. */
  readonly limit?: number
  /** Only rows created before this time, for paging. */
  readonly createdBefore?: number
}

/** A row for human eyes: without the payload, which holds addresses and one-time codes. */
export interface OutboxSummary {
  readonly id: string
  readonly kind: string
  readonly state: OutboxState
  readonly attempts: number
  readonly nextAttemptAt: number
  readonly lastError: string | null
  readonly createdAt: number
  readonly expiresAt: number
  readonly finishedAt: number | null
}

/** The newest rows first. */
export async function listOutbox(
  db: Kysely<Database>,
  filter: OutboxFilter = {},
): Promise<readonly OutboxSummary[]> {
  let query = db
    .selectFrom('outbox')
    .select([
      'id',
      'kind',
      'state',
      'attempts',
      'next_attempt_at as nextAttemptAt',
      'last_error as lastError',
      'created_at as createdAt',
      'expires_at as expiresAt',
      'finished_at as finishedAt',
    ])
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(filter.limit ?? 100)
  if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind)
  if (filter.states !== undefined) query = query.where('state', 'in', filter.states)
  if (filter.createdBefore !== undefined) query = query.where('created_at', '<', filter.createdBefore)
  return query.execute()
}

/** Makes everything due at once that waits for another attempt. Call the worker's `wake()` afterwards. */
export async function retryWaiting(db: Kysely<Database>, runtime: Runtime): Promise<void> {
  const now = runtime.clock.now()
  await db
    .updateTable('outbox')
    .set({ next_attempt_at: now })
    .where('state', '=', 'queued')
    .where('attempts', '>', 0)
    .where('next_attempt_at', '>', now)
    .execute()
}

/** For a message that is taken up again; one that was given up early has hardly a lifetime of its own. */
const SHORTEST_LIFE_MS = 3_600_000

/**
 * Makes a waiting or failed message due at once; one that has expired gets its original lifetime again, an hour at least.
 * False when there is no such row, it is under way or done, or its payload is gone. Call the worker's `wake()`
 * afterwards.
 */
export async function retryNow(db: Kysely<Database>, runtime: Runtime, id: string): Promise<boolean> {
  const now = runtime.clock.now()
  const result = await db
    .updateTable('outbox')
    .set((eb) => ({
      state: 'queued',
      next_attempt_at: now,
      finished_at: null,
      expires_at: eb
        .case()
        .when('expires_at', '>', now)
        .then(eb.ref('expires_at'))
        .when(eb('expires_at', '-', eb.ref('created_at')), '>', SHORTEST_LIFE_MS)
        .then(eb(eb('expires_at', '-', eb.ref('created_at')), '+', now))
        .else(now + SHORTEST_LIFE_MS)
        .end(),
    }))
    .where('id', '=', id)
    .where('state', 'in', ['queued', 'failed'])
    .where('payload', '<>', emptyPayload)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}
