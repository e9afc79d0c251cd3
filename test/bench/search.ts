import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import pg from 'pg'
import { createLogger } from '../../src/activity/logger.ts'
import { openStorage, type StorageOptions } from '../../src/storage/storage.ts'
import { systemClock, systemRandom } from '../../src/system.ts'
import { freePorts } from '../support/free-port.ts'
import { eventually } from '../support/poll.ts'
import { startPostgres, type PostgresCluster } from '../support/postgres.ts'
import { load, percentile, requestBytes } from './load.ts'
import { benchUser } from './seed.ts'
import { startSignpost, type RunningServer } from './servers.ts'

const SIZES = [10_000, 100_000]
const RUNS = 5
const SECONDS = 1
/** One person who types while another does. */
const CONNECTIONS = 2
const MANY = 20

const first =
  'Anna Annika Björn Bożena Çağla Dana Ève François Günther Håkon Ivana Jörg Łucja Noël Ólafur Renée Søren Zoë'
const last =
  'Äpfel Bernhardt Christiansen Dąbrowski Étienne Fernández Großmann Højgaard Jørgensen Krüger Ångström Šimůnek'

/** Search in a mirror, through the intercept of the client API, with a homeserver that finds nobody. */
export async function measureSearches(): Promise<readonly string[]> {
  const homeserver = await startEmptyHomeserver()
  const postgres = await startPostgres()
  const facts: string[] = []
  for (const size of SIZES) {
    facts.push(...(await measureSize(size, homeserver.url, null)))
    if (postgres === null) continue
    facts.push(...(await measureSize(size, homeserver.url, await createDatabase(postgres, `people_${size}`))))
  }
  await postgres?.stop()
  homeserver.close()
  return facts
}

/** @param postgresUrl null for SQLite. */
async function measureSize(
  size: number,
  homeserverUrl: string,
  postgresUrl: string | null,
): Promise<readonly string[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'signpost-bench-search-'))
  const file = join(dataDir, 'people.db')
  writePeople(file, size)
  const storage: StorageOptions =
    postgresUrl === null
      ? { type: 'sqlite', file: join(dataDir, 'signpost.db') }
      : { type: 'postgres', url: postgresUrl }
  const [port, adminPort] = await freePorts(2)
  const more =
    `directory: { enabled: true }\nbackends: [{ id: bench, type: sql, connection: { type: sqlite, path: '${file}' },` +
    ` table: { name: people, user: login, displayName: name, emails: [mail] }, sync: { every: 1h } }]\n` +
    (postgresUrl === null ? '' : `storage: { type: postgres, url: '${postgresUrl}' }\n`)
  const server = await startSignpost({
    dataDir,
    port,
    adminPort,
    homeserverUrl,
    clientUrl: homeserverUrl,
    more,
  })
  try {
    await eventually(() => isSynced(storage), { what: 'the mirror', timeoutMs: 240_000, intervalMs: 1_000 })
    const facts: string[] = []
    for (const { name, terms, connections = CONNECTIONS } of termSets()) {
      const requests = terms.map((search_term) => searchRequest({ search_term }))
      const times = await timesOf(server, connections, requests)
      facts.push(`search among ${size}, ${storage.type}, ${name}: ${times}`)
    }
    return facts
  } finally {
    await server.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

async function createDatabase({ url }: PostgresCluster, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  const created = new URL(url)
  created.pathname = `/${name}`
  return created.href
}

interface TermSet {
  readonly name: string
  readonly terms: readonly string[]
  readonly connections?: number
}

function termSets(): readonly TermSet[] {
  const words = `${first} ${last}`.split(' ')
  const long = first.split(' ').flatMap((one) => last.split(' ').map((other) => `${one} ${other}`))
  const backwards = long.map((name) => name.split(' ').reverse().join(' '))
  const short = words.map((word) => word.slice(0, 2))
  return [
    { name: '2 letters', terms: short },
    { name: `2 letters, ${MANY} at once`, terms: short, connections: MANY },
    { name: '10 letters', terms: [...long, ...backwards].map((term) => term.slice(0, 10)) },
    { name: 'surname first', terms: backwards },
    { name: 'two beginnings', terms: backwards.map((name) => name.replaceAll(/(?<=^..|\s..)\S+/g, '')) },
    { name: 'nobody', terms: short.map((word) => `${word} qq`) },
  ]
}

/** The run with the median of the middle. */
async function timesOf(
  server: RunningServer,
  connections: number,
  requests: readonly Buffer[],
): Promise<string> {
  let turn = 0
  const next = () => requests[turn++ % requests.length] ?? Buffer.alloc(0)
  const run = (seconds: number) => load({ port: server.port, connections, seconds, next })
  await run(1)
  const runs = []
  for (let round = 0; round < RUNS; round++) {
    const before = server.cpu()
    const { latencies, failed } = await run(SECONDS)
    const cpu = ((server.cpu() - before) * 1000) / latencies.length
    const sorted = Float64Array.from(latencies).sort()
    runs.push({
      p50: percentile(sorted, 0.5),
      p99: percentile(sorted, 0.99),
      count: sorted.length,
      failed,
      cpu,
    })
  }
  const median = runs.toSorted((one, other) => one.p50 - other.p50)[Math.floor(RUNS / 2)]
  if (median === undefined) throw new Error('no run')
  const { p50, p99, count, failed, cpu } = median
  return `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, ${(count / SECONDS).toFixed(0)}/s, ${cpu.toFixed(2)} ms of processor each, ${failed} failed`
}

const searchRequest = (body: object) =>
  requestBytes('POST', '/_matrix/client/v3/user_directory/search', 'client-token', body)

function writePeople(file: string, size: number): void {
  const [firsts, lasts] = [first.split(' '), last.split(' ')]
  const database = new Sqlite(file)
  database.exec('create table people (login text primary key, name text, mail text)')
  const insert = database.prepare('insert into people values (?, ?, ?)')
  database.transaction(() => {
    for (let i = 0; i < size; i++) {
      const name = `${firsts[i % firsts.length]} ${lasts[Math.floor(i / firsts.length) % lasts.length]}${i % 7 === 0 ? ` ${i}` : ''}`
      insert.run(`user${i}`, name, `p${i}@school.example`)
    }
  })()
  database.close()
}

async function isSynced(options: StorageOptions): Promise<boolean> {
  const log = createLogger({ level: 'error', masked: () => true })
  const storage = await openStorage(
    { ...options, guest: true },
    { clock: systemClock, random: systemRandom, log },
  )
  try {
    const row = await storage.db
      .selectFrom('directory_syncs')
      .select(['succeeded_at', 'failure'])
      .executeTakeFirst()
    if (row?.failure) throw new Error(`The sync failed: ${row.failure}`)
    return typeof row?.succeeded_at === 'number'
  } finally {
    await storage.close()
  }
}

async function startEmptyHomeserver(): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((request, response) => {
    request.resume()
    response.setHeader('content-type', 'application/json')
    const isWhoami = request.url?.endsWith('/whoami') === true
    response.end(JSON.stringify(isWhoami ? { user_id: benchUser } : { limited: false, results: [] }))
  })
  await new Promise<void>((listening) => {
    server.listen(0, '127.0.0.1', listening)
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() }
}
