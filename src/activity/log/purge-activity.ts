import type { Runtime } from '../../runtime.ts'
import type { Storage } from '../../storage/storage.ts'

export interface ActivityLimits {
  /** How long a row stays, in milliseconds. */
  readonly keepMs: number
  /** How many rows stay at most: the age alone does not bound the log of a busy server. */
  readonly maxRows: number
}

/** Rows in one statement, so that other writers wait only briefly. */
const CHUNK = 1_000
const DAY_MS = 86_400_000
const MINUTES_KEPT_MS = 30 * DAY_MS
const HOURS_KEPT_MS = 366 * DAY_MS
const HOSTS_KEPT_MS = 30 * DAY_MS

/** Removes what is too old, or too much. Answers how many rows of the log went. */
export async function purgeActivity(
  storage: Storage,
  runtime: Runtime,
  { keepMs, maxRows }: ActivityLimits,
): Promise<number> {
  const now = runtime.clock.now()
  let removed = 0
  for (;;) {
    const count = await removeOldest(storage, now - keepMs, maxRows)
    removed += count
    if (count < CHUNK) break
  }
  const { db } = storage
  await db
    .deleteFrom('activity_counts')
    .where('step', '=', 'minute')
    .where('at', '<', now - MINUTES_KEPT_MS)
    .execute()
  await db
    .deleteFrom('activity_counts')
    .where('step', '=', 'hour')
    .where('at', '<', now - HOURS_KEPT_MS)
    .execute()
  await db
    .deleteFrom('activity_hosts')
    .where('last_at', '<', now - HOSTS_KEPT_MS)
    .execute()
  return removed
}

/** Ids are given in the order of writing: whatever is that far below the newest one is beyond the limit. */
async function removeOldest({ db }: Storage, before: number, maxRows: number): Promise<number> {
  const newest = await db
    .selectFrom('activity')
    .select((eb) => eb.fn.max('id').as('id'))
    .executeTakeFirst()
  const beyond = Number(newest?.id ?? 0) - maxRows
  const old = db
    .selectFrom('activity')
    .select('id')
    .where((eb) => eb.or([eb('at', '<', before), eb('id', '<=', beyond)]))
    .limit(CHUNK)
  const { numDeletedRows } = await db.deleteFrom('activity').where('id', 'in', old).executeTakeFirst()
  return Number(numDeletedRows)
}
