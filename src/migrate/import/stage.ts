import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { ThreePid } from '../../matrix/threepid.ts'

/** Where a binding was stored: by this server itself, by a replication peer, or only in the table of own bindings. */
export type Origin = 'own' | 'peer' | 'local'
const origins: readonly Origin[] = ['own', 'peer', 'local']

export interface StagedBinding extends ThreePid {
  readonly mxid: string
  /** Milliseconds. */
  readonly ts: number
  readonly notBefore: number
  readonly notAfter: number
  readonly origin: Origin
  /** As it was stored. */
  readonly spelling: string
}

/** All bindings of one address, newest first. */
export interface StagedAddress {
  readonly bindings: readonly StagedBinding[]
  /** When it was last unbound; null: never. */
  readonly unboundAt: number | null
}

/**
 * Rows on their way, in files of the data directory: a million of them would not fit into memory, and which row of an
 * address counts is known only when all have been read.
 */
export interface Stage {
  addBindings(bindings: readonly StagedBinding[]): void
  addUnbound(addresses: readonly (ThreePid & { readonly ts: number })[]): void
  /** Addresses in their byte order, in pages. Adding is over then. */
  addresses(): Iterable<readonly StagedAddress[]>
  /** True the first time that a text comes, within one kind. */
  isFirst(kind: string, text: string): boolean
  noteChanged(addresses: readonly ThreePid[]): void
  /** What was noted, in pages. */
  changed(): Iterable<readonly ThreePid[]>
  close(): Promise<void>
}

const PAGE = 1_000
/** With the process id behind it. */
const folderName = /^import-(\d+)-/

export async function openStage(dataDir: string): Promise<Stage> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  await removeLeftovers(dataDir)
  const folder = await mkdtemp(join(dataDir, `import-${process.pid}-`))
  // Two files: while one is read through, SQLite lets nobody write into it over the same connection.
  const rows = openScratch(join(folder, 'rows.db'), [
    `create table bindings (medium text, address text, ts integer, origin integer, mxid text,
       not_before integer, not_after integer, spelling text)`,
    'create table unbound (medium text, address text, ts integer)',
  ])
  const marks = openScratch(join(folder, 'marks.db'), [
    'create table seen (kind text, text text, primary key (kind, text)) without rowid',
    'create table changed (medium text, address text)',
  ])
  const insertBinding = rows.prepare('insert into bindings values (?, ?, ?, ?, ?, ?, ?, ?)')
  const insertUnbound = rows.prepare('insert into unbound values (?, ?, ?)')
  const insertSeen = marks.prepare('insert or ignore into seen values (?, ?)')
  const insertChanged = marks.prepare('insert into changed values (?, ?)')

  return {
    addBindings: rows.transaction((bindings: readonly StagedBinding[]) => {
      for (const { medium, address, ts, origin, mxid, notBefore, notAfter, spelling } of bindings) {
        const other = spelling === address ? null : spelling
        insertBinding.run(medium, address, ts, origins.indexOf(origin), mxid, notBefore, notAfter, other)
      }
    }),
    addUnbound: rows.transaction((addresses: readonly (ThreePid & { readonly ts: number })[]) => {
      for (const { medium, address, ts } of addresses) insertUnbound.run(medium, address, ts)
    }),
    *addresses() {
      rows.exec('create index if not exists by_address on bindings (medium, address, ts desc, origin)')
      rows.exec('create index if not exists unbound_by_address on unbound (medium, address)')
      let page: StagedAddress[] = []
      for (const address of grouped(rows)) {
        page.push(address)
        if (page.length < PAGE) continue
        yield page
        page = []
      }
      if (page.length > 0) yield page
    },
    isFirst: (kind, text) => insertSeen.run(kind, text).changes > 0,
    noteChanged: marks.transaction((addresses: readonly ThreePid[]) => {
      for (const { medium, address } of addresses) insertChanged.run(medium, address)
    }),
    *changed() {
      const page = marks.prepare('select rowid, * from changed where rowid > ? order by rowid limit 10000')
      for (let after = 0; ;) {
        const found = page.all(after) as (ThreePid & { rowid: number })[]
        const last = found.at(-1)
        if (last === undefined) return
        after = last.rowid
        yield found
      }
    },
    async close() {
      rows.close()
      marks.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** What a killed import has left behind. */
async function removeLeftovers(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir)) {
    const pid = folderName.exec(name)?.[1]
    if (pid === undefined || isAlive(Number(pid))) continue
    await rm(join(dataDir, name), { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    // Signal 0 asks only.
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Lost with the process, and meant to be: nothing waits for the disk. */
function openScratch(file: string, statements: readonly string[]): Database.Database {
  const db = new Database(file)
  db.pragma('journal_mode = off')
  db.pragma('synchronous = off')
  for (const statement of statements) db.exec(statement)
  return db
}

interface StagedRow {
  readonly medium: ThreePid['medium']
  readonly address: string
  readonly ts: number
  readonly origin: number
  readonly mxid: string
  readonly not_before: number
  readonly not_after: number
  readonly spelling: string | null
  readonly unbound_at: number | null
}

function* grouped(rows: Database.Database): Generator<StagedAddress> {
  // Rows of the source came newest first, so of two with one time the first is the newer one.
  const all = rows
    .prepare(
      `select b.*, (select max(u.ts) from unbound u where u.medium = b.medium and u.address = b.address) as unbound_at
       from bindings b order by b.medium, b.address, b.ts desc, b.origin, b.rowid`,
    )
    .iterate() as IterableIterator<StagedRow>
  let bindings: StagedBinding[] = []
  let unboundAt: number | null = null
  for (const row of all) {
    const [first] = bindings
    if (first !== undefined && (first.address !== row.address || first.medium !== row.medium)) {
      yield { bindings, unboundAt }
      bindings = []
    }
    bindings.push(toBinding(row))
    unboundAt = row.unbound_at
  }
  if (bindings.length > 0) yield { bindings, unboundAt }
}

function toBinding(row: StagedRow): StagedBinding {
  const { medium, address, ts, origin, mxid, not_before, not_after, spelling } = row
  return {
    medium,
    address,
    ts,
    mxid,
    notBefore: not_before,
    notAfter: not_after,
    origin: origins[origin] ?? 'own',
    spelling: spelling ?? address,
  }
}
