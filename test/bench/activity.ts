import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { freePorts } from '../support/free-port.ts'
import { percentile } from './load.ts'
import { hashDetails } from './lookups.ts'
import { benchToken, lookupHash, seedDatabase } from './seed.ts'
import { startSignpost } from './servers.ts'
import { startStandInHomeserver } from './stand-in-homeserver.ts'

const ASSOCIATIONS = 1_000
export const PER_SECOND = 200
export const SECONDS = 60
const MIB = 1024 * 1024

/** 200 lookups a second for a minute: what the activity log costs whoever asks, and the machine. */
export async function measureActivity(): Promise<readonly string[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'signpost-bench-'))
  const homeserver = await startStandInHomeserver()
  await seedDatabase(dataDir, ASSOCIATIONS)
  const [port, adminPort] = await freePorts(2)
  const server = await startSignpost({ dataDir, port, adminPort, homeserverUrl: homeserver.url })
  const ask = asking(port, await hashDetails(port))
  for (let i = 0; i < PER_SECOND; i++) await ask(i)
  await written()
  const before = { rss: server.rss(), bytes: databaseBytes(dataDir), rows: countRows(dataDir) }
  const latencies = await paced(ask)
  await written()
  const rows = countRows(dataDir) - before.rows
  const grown = (databaseBytes(dataDir) - before.bytes) / MIB
  const line = [
    `activity log, ${PER_SECOND} lookups/s for ${SECONDS} s:`,
    `p50 ${percentile(latencies, 0.5).toFixed(2)} ms, p99 ${percentile(latencies, 0.99).toFixed(2)} ms,`,
    `${(rows / SECONDS).toFixed(0)} rows/s written, ${latencies.length - rows} missing,`,
    `${before.rss.toFixed(0)} to ${server.rss().toFixed(0)} MiB,`,
    `database ${grown.toFixed(1)} MiB larger (${((grown * MIB) / rows).toFixed(0)} bytes a row)`,
  ].join(' ')
  await server.stop()
  homeserver.close()
  rmSync(dataDir, { recursive: true, force: true })
  return [line]
}

/** Rows are written within a second. */
const written = () => new Promise((wait) => setTimeout(wait, 2_000))

/** One lookup of one hash, every second one of somebody who is known; answers the milliseconds that it took. */
export function asking(port: number, pepper: string): (turn: number) => Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 })
  return (turn) => {
    const body = JSON.stringify({
      algorithm: 'sha256',
      pepper,
      addresses: [lookupHash(turn % (2 * ASSOCIATIONS), pepper)],
    })
    const begun = performance.now()
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${benchToken}`, 'content-type': 'application/json' }
      const options = {
        agent,
        host: '127.0.0.1',
        port,
        method: 'POST',
        path: '/_matrix/identity/v2/lookup',
        headers,
      }
      const asked = request(options, (response) => {
        response.resume().once('end', () => {
          if (response.statusCode === 200) resolve(performance.now() - begun)
          else reject(new Error(`a lookup was answered ${response.statusCode}`))
        })
      })
      asked.once('error', reject).end(body)
    })
  }
}

/** Asks at fixed times, whether the answers before have come or not: a server that stops for a moment is seen to. */
export async function paced(ask: (turn: number) => Promise<number>): Promise<Float64Array> {
  const begun = performance.now()
  const asked: Promise<number>[] = []
  while (asked.length < PER_SECOND * SECONDS) {
    const due = Math.min(PER_SECOND * SECONDS, Math.floor(((performance.now() - begun) / 1_000) * PER_SECOND))
    while (asked.length < due) asked.push(ask(asked.length))
    await new Promise((wait) => setTimeout(wait, 2))
  }
  return Float64Array.from(await Promise.all(asked)).sort()
}

function databaseBytes(dataDir: string): number {
  return readdirSync(dataDir)
    .filter((name) => name.startsWith('signpost.db'))
    .reduce((sum, name) => sum + statSync(join(dataDir, name)).size, 0)
}

function countRows(dataDir: string): number {
  const database = new Sqlite(join(dataDir, 'signpost.db'), { readonly: true })
  const row = database.prepare("select count(*) as rows from activity where kind = 'lookup'").get()
  database.close()
  return (row as { rows: number }).rows
}
