import type { Transaction } from 'kysely'
import type { Database } from '../storage/schema.ts'

/** One message on its way to someone else. */
export interface OutboxEntry {
  readonly id: string
  readonly kind: string
  /** Names the receiver; null when the message stands for itself. */
  readonly lane: string | null
  /** Names what caused the message. */
  readonly dedupeKey: string
  /** As it was enqueued; read it with a schema. */
  readonly payload: unknown
  /** Attempts begun, this one included. */
  readonly attempts: number
  readonly createdAt: number
  readonly expiresAt: number
  /** An earlier attempt began and its outcome was never recorded: it may have arrived. */
  readonly interrupted: boolean
  /** When the attempt before this one began; null for the first. */
  readonly attemptStartedAt: number | null
}

export type OutboxResult =
  { readonly result: 'done' } | OutboxRetry | { readonly result: 'failed'; readonly error: string }

export interface OutboxRetry {
  readonly result: 'retry'
  readonly error: string
  /** Replaces the usual back-off. */
  readonly afterMs?: number
  /** The usual back-off, but no sooner than this: a server's Retry-After. */
  readonly atLeastMs?: number
  /**
   * What the attempt says about the receiver that the lane shares; absent when none was asked. `down` lets the whole
   * lane wait. So does `silent`, but another message is tried first then: this one may be the reason.
   */
  readonly receiver?: 'up' | 'down' | 'silent'
}

/** A message goes back into the queue. */
export interface Postponed {
  readonly error: string
  readonly nextAttemptAt: number
  readonly receiver: OutboxRetry['receiver']
  /** The lane that waits with it, because its receiver is down. */
  readonly heldLane: string | null
}

export type OutboxOutcome =
  | { readonly result: 'done' }
  | { readonly result: 'failed'; readonly error: string }
  /** `error`: of the last attempt, null when there was none. */
  | { readonly result: 'expired'; readonly error: string | null }

export interface OutboxHandler {
  /**
   * Attempts delivery. An exception counts as `retry`. `signal` aborts shortly before the lease ends (81 s) and at a stop:
   * who has not settled by then is called again with `interrupted`. Errors are shown to people: no addresses, no secrets.
   */
  deliver(entry: OutboxEntry, signal: AbortSignal): Promise<OutboxResult>
  /** Whether a failure takes the payload with it, as it holds what must not be kept. Else it stays for another try. */
  forgetsFailed?(entry: OutboxEntry): boolean
  /** Runs in the transaction that puts the row back into the queue. */
  postponed?(entry: OutboxEntry, postponed: Postponed, tx: Transaction<Database>): Promise<void>
  /** Runs in the transaction that retires the row, so that a feature can update its own rows with it. */
  finished?(entry: OutboxEntry, outcome: OutboxOutcome, tx: Transaction<Database>): Promise<void>
}
