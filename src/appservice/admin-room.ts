import type { Kysely, Transaction } from 'kysely'
import { z } from 'zod'
import type { Config } from '../config/schema.ts'
import { enqueue } from '../notify/outbox.ts'
import type { Runtime } from '../runtime.ts'
import type { Database } from '../storage/schema.ts'
import type { Storage } from '../storage/storage.ts'
import { asMessage } from './jobs.ts'
import { weekInWords } from './weekly-summary.ts'

export interface AdminRoomOptions {
  readonly storage: Storage
  readonly runtime: Runtime
  readonly config: () => Config
}

/** Until when the admin room has been told, in milliseconds since the epoch. */
const toldSchema = z.object({ failures: z.number(), summary: z.number() })
type Told = z.output<typeof toldSchema>

const toldKey = 'appservice_told'
const WEEK_MS = 7 * 86_400_000
const SHOWN = 5

/** Tells the admin room what has failed since the last time, and sums the week up. True when there is something to send. */
export async function tellAdminRoom({ storage, runtime, config }: AdminRoomOptions): Promise<boolean> {
  const { enabled, bot } = config().appservice
  const roomId = bot.adminRoom
  if (!enabled || !bot.enabled || roomId === null) return false
  return await storage.transaction(async (tx) => {
    const now = runtime.clock.now()
    const told = await readTold(tx)
    // A room that is new hears of what comes.
    if (told === null) await writeTold(tx, { failures: now, summary: now })
    if (told === null) return false
    const failures = await failuresBetween(tx, told.failures, now)
    const isWeekOver = now >= told.summary + WEEK_MS
    const summary = isWeekOver && bot.weeklySummary ? await weekInWords(tx, now - WEEK_MS) : null
    await writeTold(tx, { failures: now, summary: isWeekOver ? now : told.summary })
    const texts = [failures, summary].filter((text) => text !== null)
    for (const text of texts) {
      const txnId = `told ${now} ${text === summary ? 'summary' : 'failures'}`
      await enqueue(tx, runtime, asMessage({ job: 'notice', roomId, txnId, text }, txnId, now))
    }
    return texts.length > 0
  })
}

async function readTold(tx: Transaction<Database>): Promise<Told | null> {
  const row = await tx.selectFrom('meta').select('value').where('key', '=', toldKey).executeTakeFirst()
  return row === undefined ? null : toldSchema.parse(JSON.parse(row.value))
}

async function writeTold(tx: Transaction<Database>, told: Told): Promise<void> {
  const value = JSON.stringify(told)
  await tx
    .insertInto('meta')
    .values({ key: toldKey, value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute()
}

const names: Readonly<Record<string, string>> = {
  email: 'A mail',
  sms: 'A text message',
  onbind: 'An invitation',
}

/** What nobody will try again. The bot's own messages are left out: this would be another one. */
async function failuresBetween(db: Kysely<Database>, after: number, until: number): Promise<string | null> {
  const rows = await db
    .selectFrom('outbox')
    .select(['kind', 'last_error', 'dedupe_key'])
    .where('state', '=', 'failed')
    .where('kind', '<>', 'appservice')
    .where('finished_at', '>', after)
    .where('finished_at', '<=', until)
    .orderBy('finished_at')
    .execute()
  if (rows.length === 0) return null
  const lines = rows.slice(0, SHOWN).map(({ kind, last_error, dedupe_key }) => {
    const id = /^(?:invitation|onbind) ([\w-]+) /.exec(dedupe_key)?.[1]
    const more = id === undefined ? '' : ` (!invite show ${id})`
    return `${names[kind] ?? kind} could not be delivered: ${last_error ?? 'not in time'}${more}`
  })
  const hidden = rows.length - lines.length
  return [...lines, ...(hidden > 0 ? [`and ${hidden} more`] : [])].join('\n')
}
