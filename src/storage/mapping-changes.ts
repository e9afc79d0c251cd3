import { sql } from 'kysely'
import type { Kysely, Transaction } from 'kysely'
import { kindOf } from './dialect.ts'
import { jsonRows } from './json-rows.ts'
import type { Database } from './schema.ts'

export interface MappingChange {
  readonly seq: number
  readonly medium: string
  readonly address: string
}

/** "SPMC": any constant does, as long as every Signpost takes the same one. */
const ADVISORY_LOCK = 0x53504d43
const PRUNED_KEY = 'mapping_changes_pruned_through'
const ROWS_PER_INSERT = 10_000

/**
 * Says that what this address maps to may have changed. Call it last in its transaction: on PostgreSQL it makes
 * every other transaction that wants to say the same wait for this one's end.
 */
export async function noteMappingChange(
  tx: Transaction<Database>,
  medium: string,
  address: string,
): Promise<void> {
  await noteMappingChanges(tx, [{ medium, address }])
}

/** As `noteMappingChange`, for many addresses. */
export async function noteMappingChanges(
  tx: Transaction<Database>,
  changes: readonly { readonly medium: string; readonly address: string }[],
): Promise<void> {
  if (changes.length === 0) return
  // PostgreSQL hands out sequence values at the INSERT, not at the COMMIT. A reader that has followed up to 7 while 6 is
  // not yet committed would never see 6. The lock is held until the end of the transaction: commit order is seq order.
  if (kindOf(tx) === 'postgres') await sql`select pg_advisory_xact_lock(${ADVISORY_LOCK})`.execute(tx)
  for (let start = 0; start < changes.length; start += ROWS_PER_INSERT) {
    const page = changes.slice(start, start + ROWS_PER_INSERT)
    const rows = jsonRows(
      tx,
      page.map(({ medium, address }) => [medium, address]),
    )
    await sql`insert into mapping_changes (medium, address) select value ->> 0, value ->> 1 from ${rows}`.execute(
      tx,
    )
  }
}

/** Up to `limit` changes after `afterSeq`, oldest first. Check `changesPrunedThrough` as well: some may be gone. */
export async function readMappingChanges(
  db: Kysely<Database>,
  afterSeq: number,
  limit: number,
): Promise<readonly MappingChange[]> {
  return db
    .selectFrom('mapping_changes')
    .select(['seq', 'medium', 'address'])
    .where('seq', '>', afterSeq)
    .orderBy('seq')
    .limit(limit)
    .execute()
}

/** The newest `seq`; 0 when nothing ever changed. */
export async function latestChange(db: Kysely<Database>): Promise<number> {
  const row = await db
    .selectFrom('mapping_changes')
    .select((eb) => eb.fn.max('seq').as('seq'))
    .executeTakeFirst()
  return row?.seq ?? changesPrunedThrough(db)
}

/** The newest `seq` that is no longer kept. Who has followed less far than this must read everything afresh. */
export async function changesPrunedThrough(db: Kysely<Database>): Promise<number> {
  const row = await db.selectFrom('meta').select('value').where('key', '=', PRUNED_KEY).executeTakeFirst()
  return row === undefined ? 0 : Number(row.value)
}

/** Forgets all but the newest `keep` changes, `limit` of them at a time. Answers how many were forgotten. */
export async function pruneMappingChanges(
  db: Kysely<Database>,
  keep: number,
  limit = Number.MAX_SAFE_INTEGER,
): Promise<number> {
  const [oldest] = await readMappingChanges(db, 0, 1)
  if (oldest === undefined) return 0
  const through = Math.min((await latestChange(db)) - keep, oldest.seq + limit - 1)
  if (through < oldest.seq) return 0
  // The mark first: a crash between the two costs a follower a needless rebuild, the other order a missed change.
  await db
    .insertInto('meta')
    .values({ key: PRUNED_KEY, value: String(through) })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: String(through) }))
    .execute()
  const result = await db.deleteFrom('mapping_changes').where('seq', '<=', through).executeTakeFirst()
  return Number(result.numDeletedRows)
}
