import type { Kysely, Selectable, Transaction } from 'kysely'
import { kindOf } from '../storage/dialect.ts'
import type { Database, OutboxTable } from '../storage/schema.ts'
import type { Storage } from '../storage/types.ts'
import { emptyPayload } from './outbox.ts'
import type { OutboxEntry, OutboxHandler, OutboxOutcome } from './outbox-handler.ts'

type Row = Selectable<OutboxTable>

/** A row that belongs to this worker until its lease ends. */
export interface Claim {
  readonly entry: OutboxEntry
  readonly lastError: string | null
}

export interface ClaimOptions {
  readonly kinds: readonly string[]
  /** Rows whose attempt goes on in this process, whatever the clock says about their lease. */
  readonly except: readonly string[]
  /** Lanes of which nothing may be taken now. */
  readonly exceptLanes?: readonly string[]
  readonly now: number
  readonly leaseMs: number
}

/**
 * Takes the row that has been due longest, and commits that its attempt begins: whatever happens to this process
 * afterwards, the row tells. Null when nothing is due.
 */
export async function claimNext(storage: Storage, options: ClaimOptions): Promise<Claim | null> {
  const { now, leaseMs } = options
  // Reading waits for nobody. To begin writing, SQLite waits for a guest's import, and this process stands still meanwhile.
  if (!(await isAnythingDue(storage.db, options))) return null
  return storage.transaction(async (tx) => {
    let query = dueRows(tx, options).selectAll().orderBy('next_attempt_at').orderBy('first_due_at').limit(1)
    // Two replicas take different rows instead of waiting for each other.
    if (kindOf(tx) === 'postgres') query = query.forUpdate().skipLocked()
    const row = await query.executeTakeFirst()
    if (row === undefined) return null
    await tx
      .updateTable('outbox')
      .set({
        state: 'sending',
        attempts: row.attempts + 1,
        attempt_started_at: now,
        leased_until: now + leaseMs,
        // A row under way is due again when its lease ends, so that one index finds both kinds.
        next_attempt_at: now + leaseMs,
      })
      .where('id', '=', row.id)
      .execute()
    return { entry: toEntry(row), lastError: row.last_error }
  })
}

/** Whether anything could be claimed. */
export async function isAnythingDue(db: Kysely<Database>, options: ClaimOptions): Promise<boolean> {
  return (await dueRows(db, options).select('id').limit(1).executeTakeFirst()) !== undefined
}

/** SQLite has one process: what is under way when it starts was left behind by the one before, and is due now. */
export async function releaseAbandoned(
  db: Kysely<Database>,
  kinds: readonly string[],
  now: number,
): Promise<void> {
  await db
    .updateTable('outbox')
    .set({ next_attempt_at: now, leased_until: now })
    .where('state', '=', 'sending')
    .where('kind', 'in', kinds)
    .execute()
}

/** Marks the row done or failed, together with what the feature does about it. False when the claim has been lost. */
export async function retire(
  storage: Storage,
  entry: OutboxEntry,
  outcome: OutboxOutcome,
  now: number,
  handler: OutboxHandler,
): Promise<boolean> {
  const isEmptied = outcome.result === 'done' || handler.forgetsFailed?.(entry) === true
  return storage.transaction(async (tx) => {
    const result = await ownRow(tx, entry)
      .set({
        ...(outcome.result === 'done'
          ? { state: 'done', last_error: null }
          : { state: 'failed', last_error: outcome.error }),
        ...(isEmptied ? { payload: emptyPayload } : {}),
        finished_at: now,
        leased_until: null,
      })
      .executeTakeFirst()
    if (result.numUpdatedRows === 0n) return false
    await handler.finished?.(entry, outcome, tx)
    return true
  })
}

/** Puts the row back for another attempt at `nextAttemptAt`. False when the claim has been lost. */
export async function requeue(
  db: Kysely<Database>,
  entry: OutboxEntry,
  nextAttemptAt: number,
  error: string,
): Promise<boolean> {
  const result = await ownRow(db, entry)
    .set({ state: 'queued', last_error: error, next_attempt_at: nextAttemptAt, leased_until: null })
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** Leaves the row under way until its lease ends, and says why nothing is known of the attempt. */
export async function noteError(db: Kysely<Database>, entry: OutboxEntry, error: string): Promise<void> {
  await ownRow(db, entry).set({ last_error: error }).execute()
}

/** Everything queued or under way whose time has come. One index holds exactly these rows, and all that is asked here. */
function dueRows(db: Kysely<Database>, { kinds, except, exceptLanes = [], now }: ClaimOptions) {
  let query = db
    .selectFrom('outbox')
    .where('finished_at', 'is', null)
    .where('next_attempt_at', '<=', now)
    .where('kind', 'in', kinds)
  if (except.length > 0) query = query.where('id', 'not in', except)
  if (exceptLanes.length === 0) return query
  return query.where((eb) => eb.or([eb('lane', 'is', null), eb('lane', 'not in', exceptLanes)]))
}

/** The number of attempts is the fence: whoever claimed the row after this claim has raised it. */
function ownRow(db: Kysely<Database> | Transaction<Database>, entry: OutboxEntry) {
  return db
    .updateTable('outbox')
    .where('id', '=', entry.id)
    .where('state', '=', 'sending')
    .where('attempts', '=', entry.attempts)
}

function toEntry(row: Row): OutboxEntry {
  return {
    id: row.id,
    kind: row.kind,
    lane: row.lane,
    dedupeKey: row.dedupe_key,
    payload: parse(row.payload),
    attempts: row.attempts + 1,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    interrupted: row.state === 'sending',
    attemptStartedAt: row.attempt_started_at,
  }
}

/** A damaged payload is the handler's to refuse: an exception here would hold up all the rows behind it. */
function parse(payload: string): unknown {
  try {
    return JSON.parse(payload)
  } catch {
    return null
  }
}
