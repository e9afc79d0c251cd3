import { sql } from 'kysely'
import type { Kysely, Transaction } from 'kysely'
import type { Medium, ThreePid } from '../../matrix/threepid.ts'
import { jsonRows } from '../../storage/json-rows.ts'
import type { Database } from '../../storage/schema.ts'
import type { ListEntry } from './rows.ts'

/** Rows that one statement takes: many enough to be fast, few enough to stand in memory twice. */
const PAGE = 10_000
/** Entries that stand in memory at once while all are read. */
export const READ_PAGE = 10_000

/** Mediums hold no space, so the text is unambiguous. */
export function keyOf({ medium, address }: ThreePid): string {
  return `${medium} ${address}`
}

/** By `keyOf`. */
export async function readEntries(
  db: Kysely<Database>,
  backendId: string,
  which: 'all' | readonly ThreePid[],
): Promise<Map<string, ListEntry>> {
  const query = entryRows(db, backendId)
  const found = new Map<string, ListEntry>()
  if (which === 'all') {
    for (const row of await query.execute()) found.set(keyOf(toEntry(row)), toEntry(row))
    return found
  }
  for (const page of pages(which)) {
    for (const row of await query.where(isOneOf(db, page)).execute())
      found.set(keyOf(toEntry(row)), toEntry(row))
  }
  return found
}

/** The next entries in the order of medium and address. */
export function readPage(
  db: Kysely<Database>,
  backendId: string,
  after: ThreePid | null,
): Promise<readonly ListEntry[]> {
  let query = entryRows(db, backendId).orderBy('medium').orderBy('address').limit(READ_PAGE)
  if (after !== null) {
    // A comparison of tuples walks along the primary key in both databases; the same written with OR does not.
    query = query.where((eb) =>
      eb(eb.refTuple('medium', 'address'), '>', eb.tuple(after.medium, after.address)),
    )
  }
  return query.execute().then((rows) => rows.map(toEntry))
}

function entryRows(db: Kysely<Database>, backendId: string) {
  return db
    .selectFrom('directory_entries')
    .select(['medium', 'address', 'mxid', 'display_name'])
    .where('source', '=', backendId)
}

interface EntryRow {
  readonly medium: string
  readonly address: string
  readonly mxid: string
  readonly display_name: string | null
}

function toEntry(row: EntryRow): ListEntry {
  return { medium: row.medium as Medium, address: row.address, mxid: row.mxid, displayName: row.display_name }
}

/** Adds entries, or changes those whose address is there. */
export async function storeRows(
  tx: Transaction<Database>,
  backendId: string,
  entries: readonly ListEntry[],
): Promise<void> {
  for (const page of pages(entries)) {
    const rows = jsonRows(
      tx,
      page.map(({ medium, address, mxid, displayName }) => [medium, address, mxid, displayName]),
    )
    // SQLite would take ON after a bare FROM for the condition of a join (https://sqlite.org/lang_upsert.html).
    await sql`insert into directory_entries (source, medium, address, person, mxid, display_name)
      select ${backendId}, value ->> 0, value ->> 1, '', value ->> 2, value ->> 3 from ${rows} where true
      on conflict (source, medium, address, person)
      do update set mxid = excluded.mxid, display_name = excluded.display_name`.execute(tx)
  }
}

export async function removeRows(
  tx: Transaction<Database>,
  backendId: string,
  entries: readonly ThreePid[],
): Promise<void> {
  for (const page of pages(entries)) {
    await tx
      .deleteFrom('directory_entries')
      .where('source', '=', backendId)
      .where(isOneOf(tx, page))
      .execute()
  }
}

function isOneOf(db: Kysely<Database>, addresses: readonly ThreePid[]) {
  const rows = jsonRows(
    db,
    addresses.map(({ medium, address }) => [medium, address]),
  )
  return sql<boolean>`(medium, address) in (select value ->> 0, value ->> 1 from ${rows})`
}

function* pages<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += PAGE) yield items.slice(start, start + PAGE)
}
