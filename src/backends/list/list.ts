import type { Kysely, Transaction } from 'kysely'
import type { Medium, ThreePid } from '../../matrix/threepid.ts'
import type { Runtime } from '../../runtime.ts'
import { noteMappingChanges } from '../../storage/mapping-changes.ts'
import type { Database } from '../../storage/schema.ts'
import type { Storage } from '../../storage/storage.ts'
import type { ListEntry } from './rows.ts'

/** `add` keeps what the import does not name; `replace` removes it. */
export type ImportMode = 'add' | 'replace'

/** Numbers of addresses. */
export interface ImportResult {
  readonly added: number
  /** With another Matrix ID or another name than before. */
  readonly changed: number
  readonly removed: number
  readonly unchanged: number
}

/** Stays below SQLite's 32,766 and PostgreSQL's 65,535 variables in a statement, at five columns. */
const PAGE = 1_000

/** Takes over `entries` in one transaction: all of them or none. Of an address that comes twice, the first counts. */
export async function importEntries(
  storage: Storage,
  runtime: Runtime,
  backendId: string,
  entries: readonly ListEntry[],
  mode: ImportMode,
): Promise<ImportResult> {
  const { result } = await storage.transaction(async (tx) => {
    const plan = await planImport(tx, backendId, entries, mode)
    await store(tx, backendId, plan.stored)
    await remove(tx, backendId, plan.removed)
    await noteMappingChanges(tx, [...plan.remapped, ...plan.removed])
    return plan
  })
  runtime.log.info({ backend: backendId, ...result }, 'imported a list')
  return result
}

/** What `importEntries` would do now. */
export async function previewImport(
  storage: Storage,
  backendId: string,
  entries: readonly ListEntry[],
  mode: ImportMode,
): Promise<ImportResult> {
  return (await planImport(storage.db, backendId, entries, mode)).result
}

/** Answers how many of the addresses were there. */
export async function removeEntries(
  storage: Storage,
  backendId: string,
  addresses: readonly ThreePid[],
): Promise<number> {
  return storage.transaction(async (tx) => {
    const present = [...(await entriesOf(tx, backendId, addresses)).values()]
    await remove(tx, backendId, present)
    await noteMappingChanges(tx, present)
    return present.length
  })
}

/** All entries, ordered by medium and address. Read page by page: what changes meanwhile may or may not be in it. */
export async function* exportEntries(storage: Storage, backendId: string): AsyncGenerator<ListEntry> {
  for (let last: ThreePid | null = null; ;) {
    const page: readonly ListEntry[] = await readPage(storage.db, backendId, last)
    yield* page
    last = page.at(-1) ?? null
    if (page.length < PAGE || last === null) return
  }
}

export interface ListCount {
  readonly people: number
  readonly addresses: number
}

export async function countEntries(storage: Storage, backendId: string): Promise<ListCount> {
  const row = await storage.db
    .selectFrom('directory_entries')
    .select((eb) => [eb.fn.count('mxid').distinct().as('people'), eb.fn.countAll().as('addresses')])
    .where('source', '=', backendId)
    .executeTakeFirstOrThrow()
  return { people: Number(row.people), addresses: Number(row.addresses) }
}

interface ImportPlan {
  readonly stored: readonly ListEntry[]
  /** Those of `stored` that lead to another Matrix ID than before. */
  readonly remapped: readonly ListEntry[]
  readonly removed: readonly ListEntry[]
  readonly result: ImportResult
}

async function planImport(
  db: Kysely<Database>,
  backendId: string,
  entries: readonly ListEntry[],
  mode: ImportMode,
): Promise<ImportPlan> {
  const wanted = new Map<string, ListEntry>()
  for (const entry of entries) if (!wanted.has(keyOf(entry))) wanted.set(keyOf(entry), entry)
  const present = await entriesOf(db, backendId, mode === 'replace' ? 'all' : [...wanted.values()])
  const stored: ListEntry[] = []
  const remapped: ListEntry[] = []
  let added = 0
  for (const [key, entry] of wanted) {
    const before = present.get(key)
    // A file without names, added to a list that has them, does not take them away.
    const displayName = entry.displayName ?? (mode === 'add' ? (before?.displayName ?? null) : null)
    if (before?.mxid === entry.mxid && before.displayName === displayName) continue
    stored.push({ ...entry, displayName })
    if (before?.mxid !== entry.mxid) remapped.push(entry)
    if (before === undefined) added++
  }
  const removed =
    mode === 'replace' ? [...present].filter(([key]) => !wanted.has(key)).map(([, entry]) => entry) : []
  const counts = { added, changed: stored.length - added, removed: removed.length }
  return { stored, remapped, removed, result: { ...counts, unchanged: wanted.size - stored.length } }
}

/** Mediums hold no space, so the text is unambiguous. */
function keyOf({ medium, address }: ThreePid): string {
  return `${medium} ${address}`
}

async function entriesOf(
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

function readPage(
  db: Kysely<Database>,
  backendId: string,
  after: ThreePid | null,
): Promise<readonly ListEntry[]> {
  let query = entryRows(db, backendId).orderBy('medium').orderBy('address').limit(PAGE)
  if (after !== null) {
    const { medium, address } = after
    query = query.where((eb) =>
      eb.or([eb('medium', '>', medium), eb.and([eb('medium', '=', medium), eb('address', '>', address)])]),
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

async function store(
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

async function remove(
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
