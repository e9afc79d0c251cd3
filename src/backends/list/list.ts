import type { Kysely } from 'kysely'
import type { ThreePid } from '../../matrix/threepid.ts'
import type { Runtime } from '../../runtime.ts'
import { noteMappingChanges } from '../../storage/mapping-changes.ts'
import type { Database } from '../../storage/schema.ts'
import type { Storage } from '../../storage/storage.ts'
import { keyOf, READ_PAGE, readEntries, readPage, removeRows, storeRows } from './entries.ts'
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

/** Takes over `entries` in one transaction: all of them or none. Of an address that comes twice, the first counts. */
export async function importEntries(
  storage: Storage,
  runtime: Runtime,
  backendId: string,
  entries: readonly ListEntry[],
  mode: ImportMode,
): Promise<ImportResult> {
  const ordered = entries.toSorted(byAddress)
  const { result } = await storage.transaction(async (tx) => {
    const plan = await planImport(tx, backendId, ordered, mode)
    await storeRows(tx, backendId, plan.stored)
    await removeRows(tx, backendId, plan.removed)
    await noteMappingChanges(tx, [...plan.remapped, ...plan.removed])
    return plan
  })
  runtime.log.info({ backend: backendId, ...result }, 'imported a list')
  return result
}

/** The order of the primary key, in which SQLite writes fastest. The server beside an import waits for it to write. */
function byAddress(one: ListEntry, other: ListEntry): number {
  if (one.address === other.address) return 0
  return one.address < other.address ? -1 : 1
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

/**
 * Stores one row in the place of `former`, or as a new one. `taken`: another row has its address, and nothing was changed.
 */
export async function putEntry(
  storage: Storage,
  backendId: string,
  entry: ListEntry,
  former: ThreePid | null,
): Promise<'stored' | 'taken'> {
  return storage.transaction(async (tx) => {
    const moves = former === null || keyOf(former) !== keyOf(entry)
    if (moves && (await readEntries(tx, backendId, [entry])).size > 0) return 'taken'
    if (moves && former !== null) await removeRows(tx, backendId, [former])
    await storeRows(tx, backendId, [entry])
    await noteMappingChanges(tx, former === null ? [entry] : [entry, former])
    return 'stored'
  })
}

/** Answers how many of the addresses were there. */
export async function removeEntries(
  storage: Storage,
  backendId: string,
  addresses: readonly ThreePid[],
): Promise<number> {
  return storage.transaction(async (tx) => {
    const present = [...(await readEntries(tx, backendId, addresses)).values()]
    await removeRows(tx, backendId, present)
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
    if (page.length < READ_PAGE || last === null) return
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
  const replace = mode === 'replace'
  const wanted = new Map(entries.toReversed().map((entry) => [keyOf(entry), entry]))
  const present = await readEntries(db, backendId, replace ? 'all' : [...wanted.values()])
  const stored: ListEntry[] = []
  const remapped: ListEntry[] = []
  for (const [key, entry] of wanted) {
    const before = present.get(key)
    const after = replace ? entry : withKnownName(entry, before)
    if (before?.mxid === after.mxid && before.displayName === after.displayName) continue
    stored.push(after)
    if (before?.mxid !== after.mxid) remapped.push(after)
  }
  const removed = replace ? [...present.values()].filter((entry) => !wanted.has(keyOf(entry))) : []
  const changed = stored.filter((entry) => present.has(keyOf(entry))).length
  const counts = { added: stored.length - changed, changed, removed: removed.length }
  return { stored, remapped, removed, result: { ...counts, unchanged: wanted.size - stored.length } }
}

/** A file without names, added to a list that has them, does not take them away. */
function withKnownName(entry: ListEntry, before: ListEntry | undefined): ListEntry {
  return before === undefined || entry.displayName !== null
    ? entry
    : { ...entry, displayName: before.displayName }
}
