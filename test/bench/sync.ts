import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { freePorts } from '../support/free-port.ts'
import { slapdUnavailable, startSlapd } from '../support/slapd.ts'
import { load, percentile } from './load.ts'
import { hashDetails, hashRequests } from './lookups.ts'
import { seedDatabase } from './seed.ts'
import { startSignpost, type RunningServer } from './servers.ts'

/** People in the directory; each has an e-mail address and a phone number. */
const PEOPLE = 100_000
const ASSOCIATIONS = 1_000
const CONNECTIONS = 4
const HASHES = 10

interface Directory {
  readonly name: string
  /** The section under `backends`, without id and sync. */
  readonly section: string
  stop(): Promise<void>
}

/** Mirrors a large directory while lookups are asked, once from nothing and once without a change. */
export async function measureSyncs(homeserverUrl: string): Promise<readonly string[]> {
  const facts: string[] = []
  for (const start of [startLdap, startSqlite]) {
    const directory = await start()
    if (directory === null) continue
    const dataDir = mkdtempSync(join(tmpdir(), 'signpost-bench-'))
    try {
      facts.push(...(await measureSync(directory, dataDir, homeserverUrl)))
    } finally {
      await directory.stop()
      rmSync(dataDir, { recursive: true, force: true })
    }
  }
  return facts
}

async function measureSync(directory: Directory, dataDir: string, homeserverUrl: string): Promise<string[]> {
  await seedDatabase(dataDir, ASSOCIATIONS)
  const [port, adminPort] = await freePorts(2)
  const backends = `backends: [{ id: bench, ${directory.section}, defaultCountry: DE, sync: { every: 15s } }]\n`
  const server = await startSignpost({ dataDir, port, adminPort, homeserverUrl, more: backends })
  try {
    const first = await lookupsUntil(server, () => syncOf(dataDir).succeeded_at !== null)
    const { started_at, finished_at, people } = syncOf(dataDir)
    const changes = changesOf(dataDir)
    const idle = await lookupsUntil(server, waited(3_000))
    const second = await lookupsUntil(server, () => (syncOf(dataDir).finished_at ?? 0) > (finished_at ?? 0))
    const again = syncOf(dataDir)
    const name = `${directory.name}, ${people} people`
    return [
      `${name}: first sync ${seconds(started_at, finished_at)}, peak memory ${first.rss.toFixed(0)} MiB; lookups of ${HASHES} meanwhile: ${first.text}`,
      `${name}: lookups of ${HASHES} without a sync: ${idle.text}`,
      `${name}: unchanged sync ${seconds(again.started_at, again.finished_at)}, peak memory ${second.rss.toFixed(0)} MiB, ` +
        `${changesOf(dataDir) - changes} changes written; lookups meanwhile and in between: ${second.text}`,
    ]
  } finally {
    await server.stop()
  }
}

interface Lookups {
  readonly text: string
  /** Highest resident memory, MiB. */
  readonly rss: number
}

/** Asks without a break until `isOver`; with what the server needed meanwhile. */
export async function lookupsUntil(server: RunningServer, isOver: () => boolean): Promise<Lookups> {
  const requests = hashRequests(HASHES, ASSOCIATIONS, await hashDetails(server.port))
  const latencies: number[] = []
  let failed = 0
  let rss = 0
  let turn = 0
  while (!isOver()) {
    const next = () => requests[turn++ % requests.length] ?? Buffer.alloc(0)
    const result = await load({ port: server.port, connections: CONNECTIONS, seconds: 0.5, next })
    for (const latency of result.latencies) latencies.push(latency)
    failed += result.failed
    rss = Math.max(rss, server.rss())
  }
  const sorted = Float64Array.from(latencies).sort()
  const ms = (value: number) => `${value.toFixed(2)} ms`
  const text = `${sorted.length}, ${failed} failed, p50 ${ms(percentile(sorted, 0.5))}, p99 ${ms(percentile(sorted, 0.99))}, worst ${ms(sorted.at(-1) ?? 0)}`
  return { text, rss }
}

export function waited(ms: number): () => boolean {
  const end = performance.now() + ms
  return () => performance.now() > end
}

interface SyncRow {
  readonly started_at: number | null
  readonly finished_at: number | null
  readonly succeeded_at: number | null
  readonly people: number
  readonly failure: string | null
}

function syncOf(dataDir: string): SyncRow {
  const row = ask(dataDir, 'select * from directory_syncs') as SyncRow | undefined
  if (row !== undefined && row.failure !== null) throw new Error(`The sync failed: ${row.failure}`)
  return row ?? { started_at: null, finished_at: null, succeeded_at: null, people: 0, failure: null }
}

function changesOf(dataDir: string): number {
  return (ask(dataDir, 'select coalesce(max(seq), 0) as seq from mapping_changes') as { seq: number }).seq
}

function ask(dataDir: string, query: string): unknown {
  const database = new Sqlite(join(dataDir, 'signpost.db'), { readonly: true })
  try {
    return database.prepare(query).get()
  } finally {
    database.close()
  }
}

const seconds = (from: number | null, to: number | null) =>
  `${(((to ?? 0) - (from ?? 0)) / 1000).toFixed(1)} s`

const phoneOf = (index: number) => `0170 ${String(1_000_000 + index)}`

async function startLdap(): Promise<Directory | null> {
  if (slapdUnavailable() !== null) return null
  const suffix = 'dc=example,dc=org'
  const entries = [
    `dn: ${suffix}\nobjectClass: dcObject\nobjectClass: organization\no: Example\ndc: example\n`,
  ]
  for (let i = 0; i < PEOPLE; i++) {
    entries.push(
      `dn: uid=user${i},${suffix}\nobjectClass: inetOrgPerson\nuid: user${i}\ncn: User ${i}\nsn: ${i}\n` +
        `displayName: User Number ${i}\nmail: user${i}@school.example\nmobile: ${phoneOf(i)}\n`,
    )
  }
  const slapd = await startSlapd({
    suffix,
    ldif: entries.join('\n'),
    databaseSettings: ['index mail,uid eq'],
  })
  const section =
    `type: ldap, servers: ['${slapd.ldapUrl}'], bases: ['${suffix}'], ` +
    `bindDn: '${slapd.rootDn}', bindPassword: '${slapd.rootPassword}'`
  return { name: 'LDAP (slapd)', section, stop: () => slapd.stop() }
}

async function startSqlite(): Promise<Directory> {
  const dir = mkdtempSync(join(tmpdir(), 'signpost-bench-sql-'))
  const file = join(dir, 'people.db')
  const database = new Sqlite(file)
  database.exec('create table people (login text primary key, name text, mail text, phone text)')
  const insert = database.prepare('insert into people values (?, ?, ?, ?)')
  database.transaction(() => {
    for (let i = 0; i < PEOPLE; i++)
      insert.run(`user${i}`, `User Number ${i}`, `user${i}@school.example`, phoneOf(i))
  })()
  database.close()
  const table = 'table: { name: people, user: login, displayName: name, emails: [mail], phones: [phone] }'
  const section = `type: sql, connection: { type: sqlite, path: '${file}' }, ${table}`
  return { name: 'SQL (SQLite)', section, stop: async () => rmSync(dir, { recursive: true, force: true }) }
}
