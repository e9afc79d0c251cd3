import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { freePorts } from '../support/free-port.ts'
import { eventually } from '../support/poll.ts'
import { load, percentile, requestBytes } from './load.ts'
import { benchUser, seedDatabase } from './seed.ts'
import { startSignpost } from './servers.ts'

const SIZES = [10_000, 100_000]
const RUNS = 5
const SECONDS = 2
/** One person who types while another does. */
const CONNECTIONS = 2

const first =
  'Anna Annika Björn Bożena Çağla Dana Ève François Günther Håkon Ivana Jörg Łucja Noël Ólafur Renée Søren Zoë'
const last =
  'Äpfel Bernhardt Christiansen Dąbrowski Étienne Fernández Großmann Højgaard Jørgensen Krüger Ångström Šimůnek'

/** Search in a mirror, through the intercept of the client API, with a homeserver that finds nobody. */
export async function measureSearches(): Promise<readonly string[]> {
  const homeserver = await startEmptyHomeserver()
  const facts: string[] = []
  for (const size of SIZES) facts.push(...(await measureSize(size, homeserver.url)))
  homeserver.close()
  return facts
}

async function measureSize(size: number, homeserverUrl: string): Promise<readonly string[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'signpost-bench-search-'))
  const file = join(dataDir, 'people.db')
  writePeople(file, size)
  await seedDatabase(dataDir, 1)
  const [port, adminPort] = await freePorts(2)
  const more =
    `directory: { enabled: true }\nbackends: [{ id: bench, type: sql, connection: { type: sqlite, path: '${file}' },` +
    ` table: { name: people, user: login, displayName: name, emails: [mail] }, sync: { every: 1h } }]\n`
  const server = await startSignpost({
    dataDir,
    port,
    adminPort,
    homeserverUrl,
    clientUrl: homeserverUrl,
    more,
  })
  try {
    await eventually(() => isSynced(dataDir), { what: 'the mirror', timeoutMs: 120_000, intervalMs: 500 })
    const facts: string[] = []
    for (const [name, terms] of termSets()) {
      const requests = terms.map((search_term) => searchRequest({ search_term }))
      facts.push(`search among ${size}, ${name}: ${await timesOf(port, requests)}`)
    }
    return facts
  } finally {
    await server.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

function termSets(): readonly (readonly [string, readonly string[]])[] {
  const words = `${first} ${last}`.split(' ')
  const long = first.split(' ').flatMap((one) => last.split(' ').map((other) => `${one} ${other}`))
  return [
    ['2 letters', words.map((word) => word.slice(0, 2))],
    [
      '10 letters',
      [...long, ...long.map((name) => name.split(' ').reverse().join(' '))].map((term) => term.slice(0, 10)),
    ],
    ['nobody', words.map((word) => `${word.slice(0, 2)} qq`)],
  ]
}

/** The run with the median of the middle. */
async function timesOf(port: number, requests: readonly Buffer[]): Promise<string> {
  let turn = 0
  const next = () => requests[turn++ % requests.length] ?? Buffer.alloc(0)
  const run = (seconds: number) => load({ port, connections: CONNECTIONS, seconds, next })
  await run(1)
  const runs = []
  for (let round = 0; round < RUNS; round++) {
    const { latencies, failed } = await run(SECONDS)
    const sorted = Float64Array.from(latencies).sort()
    runs.push({ p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99), count: sorted.length, failed })
  }
  const median = runs.toSorted((one, other) => one.p50 - other.p50)[Math.floor(RUNS / 2)]
  if (median === undefined) throw new Error('no run')
  const { p50, p99, count, failed } = median
  return `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, ${(count / SECONDS).toFixed(0)}/s, ${failed} failed`
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

function isSynced(dataDir: string): boolean {
  const database = new Sqlite(join(dataDir, 'signpost.db'), { readonly: true })
  try {
    const row = database.prepare('select succeeded_at, failure from directory_syncs').get() as
      { succeeded_at: number | null; failure: string | null } | undefined
    if (row?.failure) throw new Error(`The sync failed: ${row.failure}`)
    return typeof row?.succeeded_at === 'number'
  } finally {
    database.close()
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
