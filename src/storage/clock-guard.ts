import { sql, type Kysely } from 'kysely'
import type { Runtime } from '../runtime.ts'
import type { Database } from './schema.ts'

const ENTRY = 'clock_seen'
/** Several machines on one database may differ by so much, and the correction of a clock is usually smaller. */
const TOLERANCE_MS = 10 * 60_000
/** A note an hour is enough, and spares the disk. */
const NOTE_EVERY_MS = 3_600_000

/**
 * Compares the clock with the latest time that this database has seen. When it has gone back, what waits in the outbox is
 * moved by the same span, and leases end: both would otherwise wait until the clock has caught up, which may be years.
 * Called at each opening and every few minutes.
 */
export async function followClock(db: Kysely<Database>, { clock, log }: Runtime): Promise<void> {
  const now = clock.now()
  const seen = await seenAt(db)
  if (seen !== null && now - seen < NOTE_EVERY_MS && seen - now <= TOLERANCE_MS) return
  await db.transaction().execute(async (tx) => {
    // Read again: of several Signposts that notice it, one moves the rows.
    const ahead = ((await seenAt(tx)) ?? now) - now
    await tx
      .insertInto('meta')
      .values({ key: ENTRY, value: String(now) })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: String(now) }))
      .execute()
    if (ahead <= TOLERANCE_MS) return
    await tx
      .updateTable('outbox')
      .set({ next_attempt_at: sql`next_attempt_at - ${ahead}`, leased_until: sql`leased_until - ${ahead}` })
      .where('finished_at', 'is', null)
      .where('next_attempt_at', '>', now)
      .execute()
    await tx.deleteFrom('leases').where('expires_at', '>', now).execute()
    log.warn(
      { seconds: Math.round(ahead / 1000) },
      'the clock of this machine has gone back: check its date and time; what waits to be sent has moved with it',
    )
  })
}

async function seenAt(db: Kysely<Database>): Promise<number | null> {
  const row = await db.selectFrom('meta').select('value').where('key', '=', ENTRY).executeTakeFirst()
  return row === undefined ? null : Number(row.value)
}
