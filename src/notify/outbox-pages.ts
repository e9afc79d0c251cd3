import type { Kysely } from 'kysely'
import { z } from 'zod'
import { maskAddress } from '../activity/masking.ts'
import type { Runtime } from '../runtime.ts'
import type { Database, OutboxState } from '../storage/schema.ts'
import { emptyPayload, type OutboxSummary } from './outbox.ts'

/** A row for human eyes. */
export interface OutboxPageRow extends OutboxSummary {
  /** What is said: `validation`, `invitation`; null where the kind of the row says all. */
  readonly what: string | null
  /** Masked; a server's name for what goes to servers. Null when it is not kept any more. */
  readonly to: string | null
  /** Whether it can be sent again: its text is still there. */
  readonly canRetry: boolean
}

export interface OutboxPage {
  readonly rows: readonly OutboxPageRow[]
  /** Null: that was all. */
  readonly next: string | null
}

export interface OutboxQuestion {
  readonly states: readonly OutboxState[]
  readonly kinds?: readonly string[] | undefined
  /** `next` of the page before. */
  readonly cursor?: string | undefined
  readonly limit: number
}

/** The newest rows first. A cursor that is none begins anew. */
export async function readOutboxPage(
  db: Kysely<Database>,
  { states, kinds, cursor, limit }: OutboxQuestion,
): Promise<OutboxPage> {
  let query = db
    .selectFrom('outbox')
    .selectAll()
    .where('state', 'in', states)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
  if (kinds !== undefined) query = query.where('kind', 'in', kinds)
  const [, at, id] = /^(\d{1,15})\.([A-Za-z0-9_-]{1,40})$/.exec(cursor ?? '') ?? []
  if (at !== undefined && id !== undefined) {
    query = query.where((eb) =>
      eb.or([
        eb('created_at', '<', Number(at)),
        eb.and([eb('created_at', '=', Number(at)), eb('id', '<', id)]),
      ]),
    )
  }
  const found = await query.execute()
  const rows = found.slice(0, limit).map((row) => ({
    ...{ id: row.id, kind: row.kind, state: row.state, attempts: row.attempts },
    ...{ nextAttemptAt: row.next_attempt_at, lastError: row.last_error },
    ...{ createdAt: row.created_at, expiresAt: row.expires_at, finishedAt: row.finished_at },
    ...describePayload(row.payload, row.lane),
    canRetry: row.payload !== emptyPayload && (row.state === 'queued' || row.state === 'failed'),
  }))
  const last = rows.at(-1)
  const hasMore = found.length > limit && last !== undefined
  return { rows, next: hasMore ? `${last.createdAt}.${last.id}` : null }
}

/** How many rows are in each state. */
export async function countOutbox(db: Kysely<Database>): Promise<Readonly<Record<OutboxState, number>>> {
  const found = await db
    .selectFrom('outbox')
    .select(['state', (eb) => eb.fn.countAll<number>().as('count')])
    .groupBy('state')
    .execute()
  const counts = { queued: 0, sending: 0, done: 0, failed: 0 }
  for (const { state, count } of found) counts[state] = Number(count)
  return counts
}

/**
 * Ends the life of a waiting message now: the worker retires it with its next look, so that whoever sent it hears of it.
 * False when it is under way, done or failed already. Call the worker's `wake()` afterwards.
 */
export async function giveUp(db: Kysely<Database>, runtime: Runtime, id: string): Promise<boolean> {
  const now = runtime.clock.now()
  const result = await db
    .updateTable('outbox')
    .set({ expires_at: now, next_attempt_at: now })
    .where('id', '=', id)
    .where('state', '=', 'queued')
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

const notification = z.object({ to: z.string(), kind: z.string() })

function describePayload(payload: string, lane: string | null): Pick<OutboxPageRow, 'what' | 'to'> {
  const read = notification.safeParse(JSON.parse(payload))
  if (!read.success) return { what: null, to: lane }
  return { what: read.data.kind, to: maskAddress(read.data.to) }
}
