import type { Transaction } from 'kysely'
import type { Database } from '../storage/schema.ts'

/** One message on its way to someone else. */
export interface OutboxEntry {
  readonly id: string
  readonly kind: string
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
  | { readonly result: 'done' }
  /** `afterMs` replaces the usual back-off, for example with a server's Retry-After. */
  | { readonly result: 'retry'; readonly error: string; readonly afterMs?: number }
  | { readonly result: 'failed'; readonly error: string }

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
  /** Runs in the transaction that retires the row, so that a feature can update its own rows with it. */
  finished?(entry: OutboxEntry, outcome: OutboxOutcome, tx: Transaction<Database>): Promise<void>
}
