import type { Kysely, Transaction } from 'kysely'
import type { Medium, ThreePid } from '../../matrix/threepid.ts'
import type { Database } from '../../storage/schema.ts'
import type { ListEntry } from './rows.ts'

/** Stays below SQLite's 32,766 and PostgreSQL's 65,535 variables in a statement, at five columns. */
const PAGE = 1_000
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
  for (const [medium, addresses] of pagesByMedium(which)) {
    const rows = await query.where('medium', '=', medium).where('address', 'in', addresses).execute()
    for (const row of rows) found.set(keyOf(toEntry(row)), toEntry(row))
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
    const rows = page.map(({ medium, address, mxid, displayName }) => {
      return { source: backendId, medium, address, mxid, display_name: displayName }
    })
    await tx
      .insertInto('directory_entries')
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(['source', 'medium', 'address']).doUpdateSet((eb) => ({
          mxid: eb.ref('excluded.mxid'),
          display_name: eb.ref('excluded.display_name'),
        })),
      )
      .execute()
  }
}

export async function removeRows(
  tx: Transaction<Database>,
  backendId: string,
  entries: readonly ThreePid[],
): Promise<void> {
  for (const [medium, addresses] of pagesByMedium(entries)) {
    await tx
      .deleteFrom('directory_entries')
      .where('source', '=', backendId)
      .where('medium', '=', medium)
      .where('address', 'in', addresses)
      .execute()
  }
}

function* pagesByMedium(addresses: readonly ThreePid[]): Generator<[Medium, string[]]> {
  for (const [medium, group] of Map.groupBy(addresses, (each) => each.medium)) {
    for (const page of pages(group)) yield [medium, page.map((each) => each.address)]
  }
}

function* pages<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += PAGE) yield items.slice(start, start + PAGE)
}
