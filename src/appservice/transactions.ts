import { hash } from 'node:crypto'
import type { Transaction } from 'kysely'
import type { Config } from '../config/schema.ts'
import { enqueueAll } from '../notify/outbox.ts'
import type { Runtime } from '../runtime.ts'
import type { Database } from '../storage/schema.ts'
import type { Storage } from '../storage/storage.ts'
import { jobOf, readEvent } from './events.ts'
import { asMessage, causeOf } from './jobs.ts'

export interface TransactionOptions {
  readonly storage: Storage
  readonly runtime: Runtime
  readonly config: () => Config
  readonly wake: () => void
}

/**
 * Takes a transaction of the homeserver over: what follows from its events is in the outbox when this resolves, and the
 * homeserver may forget them. The same transaction again, and the same event in another one, change nothing.
 */
export async function takeTransaction(
  { storage, runtime, config, wake }: TransactionOptions,
  txnId: string,
  events: readonly unknown[],
): Promise<void> {
  const seen = events.flatMap((event) => readEvent(event) ?? [])
  const queued = await storage.transaction(async (tx) => {
    const now = runtime.clock.now()
    const firstContact = await noteContact(tx, now)
    const digest = digestOf(
      txnId,
      seen.map(({ event_id }) => event_id),
    )
    if (!(await isNew(tx, digest, now))) return 0
    const moment = { config: config(), now, firstContact }
    const jobs = seen.flatMap((event) => {
      const job = jobOf(event, moment)
      return job === null ? [] : [asMessage(job, causeOf(job, event.event_id), now)]
    })
    return await enqueueAll(tx, runtime, jobs)
  })
  if (queued > 0) wake()
}

/** Homeservers count transactions from 1, and one that begins anew does so again: its events tell it from the former. */
function digestOf(txnId: string, eventIds: readonly string[]): string {
  return hash('sha256', JSON.stringify([txnId, ...eventIds]), 'hex')
}

async function isNew(tx: Transaction<Database>, digest: string, now: number): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('appservice_transactions')
    .values({ digest, received_at: now })
    .onConflict((conflict) => conflict.column('digest').doNothing())
    .executeTakeFirstOrThrow()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** In `meta`: see `noteContact`. */
export const contactKey = 'appservice_first_contact'

/** Notes when the homeserver first spoke to Signpost, and answers it. */
export async function noteContact(tx: Transaction<Database>, now: number): Promise<number> {
  await tx
    .insertInto('meta')
    .values({ key: contactKey, value: String(now) })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute()
  const { value } = await tx
    .selectFrom('meta')
    .select('value')
    .where('key', '=', contactKey)
    .executeTakeFirstOrThrow()
  return Number(value)
}

const DAY_MS = 86_400_000
/** A homeserver repeats a transaction until it hears of it: for as long as either of the two was down. */
const KEEP_MS = 90 * DAY_MS

/** Forgets transactions and mails that decide nothing any more. */
export async function purgeAppservice({ db }: Storage, now: number): Promise<void> {
  await db
    .deleteFrom('appservice_transactions')
    .where('received_at', '<', now - KEEP_MS)
    .execute()
  await db
    .deleteFrom('appservice_mails')
    .where('mailed_at', '<', now - DAY_MS)
    .execute()
}
