import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, freePorts } from '../support/free-port.ts'
import { measureActivity } from './activity.ts'
import { measureBackups } from './backup.ts'
import { measureConsole } from './console.ts'
import { measureFederation } from './federation.ts'
import { measureImport } from './import.ts'
import { measureInvitations } from './invitations.ts'
import { requestBytes } from './load.ts'
import {
  hashDetails,
  hashRequests,
  legacyRequests,
  measure,
  plainRequests,
  type Measurement,
  type Row,
} from './lookups.ts'
import { measureRotation } from './rotation.ts'
import { seedDatabase } from './seed.ts'
import { startBareFastify, startSignpost } from './servers.ts'
import { startStandInHomeserver } from './stand-in-homeserver.ts'
import { measureSearches } from './search.ts'
import { measureSyncs } from './sync.ts'
import { measureWrites } from './writes.ts'

/*
 * `npm run bench [-- 1k 100k 1M sync search federation invitations activity console import footprint backup]`: the built server on this
 * machine, asked over loopback by one process beside it. Needs about five minutes and 1.5 GB of disk for the temporary databases.
 */

const sizes: Readonly<Record<string, number>> = { '1k': 1_000, '100k': 100_000, '1M': 1_000_000 }
const words = process.argv.slice(2)
const labels = Object.keys(sizes).filter((label) => words.length === 0 || words.includes(label))

const rows: Row[] = []
const facts: string[] = []
console.log(`${cpus().length} x ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}\n`)

for (const label of labels) await measureSize(label, sizes[label] ?? 0)
if (labels.includes('100k') && labels.includes('1M')) await measureGrowth('100k', '1M')
if (words.length === 0 || words.includes('sync')) facts.push(...(await syncs()))
if (words.length === 0 || words.includes('search')) facts.push(...(await measureSearches()))
if (words.length === 0 || words.includes('federation')) facts.push(...(await measureFederation()))
if (words.length === 0 || words.includes('invitations')) facts.push(...(await measureInvitations()))
if (words.length === 0 || words.includes('activity')) facts.push(...(await measureActivity()))
if (words.length === 0 || words.includes('console')) facts.push(...(await measureConsole()))
if (words.length === 0 || words.includes('import')) facts.push(...(await measureImport()))
if (words.length === 0 || words.includes('footprint')) facts.push(...(await footprint()))
if (words.length === 0 || words.includes('backup')) facts.push(...(await measureBackups()))
printTable()

/** Loads the packagers, which are large, when it is their turn. */
async function footprint(): Promise<readonly string[]> {
  return await (await import('./footprint.ts')).measureFootprint()
}

async function syncs(): Promise<readonly string[]> {
  const homeserver = await startStandInHomeserver()
  const measured = await measureSyncs(homeserver.url)
  homeserver.close()
  return measured
}

/** The ceiling takes turns with what is measured against it. */
function bareRequests(port: number, associations: string): Measurement {
  const body = { algorithm: 'sha256', pepper: 'p'.repeat(32), addresses: ['h'.repeat(43)] }
  const requests = [requestBytes('POST', '/bare', 'token', body)]
  return { name: 'bare Fastify route', associations, port, requests, addressesPerRequest: 0 }
}

async function measureSize(label: string, count: number): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'signpost-bench-'))
  const homeserver = await startStandInHomeserver()
  try {
    await seedDatabase(dataDir, count)
    const [port, adminPort] = await freePorts(2)
    const options = { dataDir, port, adminPort, homeserverUrl: homeserver.url }
    const server = await startSignpost(options)
    const begun = performance.now()
    const pepper = await hashDetails(port)
    facts.push(
      `${label}: start to first answer ${server.startMs.toFixed(0)} ms, index ready ${(performance.now() - begun).toFixed(0)} ms later`,
    )
    await new Promise((idle) => setTimeout(idle, 3_000))
    facts.push(`${label}: idle memory ${server.rss().toFixed(0)} MiB`)
    const shared = { associations: label, port }
    const hashed = (size: number): Measurement => ({
      ...shared,
      name: `hashed lookup, ${size} per request`,
      requests: hashRequests(size, count, pepper),
      addressesPerRequest: size,
    })
    const bare = await startBareFastify(await freePort())
    rows.push(...(await measure(bareRequests(bare.port, label), hashed(1))))
    await bare.stop()
    rows.push(...(await measure(hashed(10))), ...(await measure(hashed(1000))))
    const plain = plainRequests(10, count, pepper)
    rows.push(
      ...(await measure({
        ...shared,
        name: 'plain lookup, 10 per request',
        requests: plain,
        addressesPerRequest: 10,
      })),
      ...(await measure({
        ...shared,
        name: 'v1 lookup, signed',
        requests: legacyRequests(count),
        addressesPerRequest: 1,
      })),
    )
    facts.push(`${label}: memory after lookups ${server.rss().toFixed(0)} MiB`)
    const rotation = await measureRotation(server, dataDir, count)
    facts.push(
      `${label}: pepper rotation built in ${rotation.buildMs} ms; during it ${rotation.requests} lookups of 10, ` +
        `${rotation.failed} failed, p50 ${ms(rotation.p50)}, p99 ${ms(rotation.p99)}, worst ${ms(rotation.worst)}, peak memory ${rotation.rss.toFixed(0)} MiB`,
    )
    rows.push(...(await measureWrites(port, dataDir, label)))
    await server.stop()
  } finally {
    homeserver.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

/** Two servers of different size take turns: does a lookup get slower with the number of associations? */
async function measureGrowth(...compared: readonly string[]): Promise<void> {
  const homeserver = await startStandInHomeserver()
  const servers = []
  for (const label of compared) {
    const dataDir = mkdtempSync(join(tmpdir(), 'signpost-bench-'))
    await seedDatabase(dataDir, sizes[label] ?? 0)
    const [port, adminPort] = await freePorts(2)
    const server = await startSignpost({ dataDir, port, adminPort, homeserverUrl: homeserver.url })
    servers.push({ label, dataDir, server, pepper: await hashDetails(port) })
  }
  for (const size of [1, 1000]) {
    const measured = await measure(
      ...servers.map(({ label, server, pepper }) => ({
        name: label,
        associations: label,
        port: server.port,
        requests: hashRequests(size, sizes[label] ?? 0, pepper),
        addressesPerRequest: size,
      })),
    )
    const rates = measured.map(({ name, perSecond }) => `${perSecond.toFixed(0)}/s at ${name}`)
    facts.push(`taking turns, ${size} per request: ${rates.join(', ')}`)
  }
  for (const { server, dataDir } of servers) {
    await server.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
  homeserver.close()
}

function ms(value: number): string {
  return `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`
}

function printTable(): void {
  const ceilingOf = ({ associations }: Row) =>
    rows.find((row) => row.associations === associations && row.name.startsWith('bare'))?.perSecond ?? 0
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(30) : cell.padStart(11))).join(' | ')} |`
  if (rows.length > 0) {
    console.log(line(['what', 'bound', 'requests/s', 'addresses/s', 'of ceiling', 'p50', 'p99', 'failed']))
    console.log(line(Array.from({ length: 8 }, () => '---')))
  }
  for (const row of rows) {
    const share = `${((row.perSecond / ceilingOf(row)) * 100).toFixed(0)} %`
    const rates = [row.perSecond.toFixed(0), row.addressesPerSecond.toFixed(0), share]
    console.log(line([row.name, row.associations, ...rates, ms(row.p50), ms(row.p99), String(row.failed)]))
  }
  console.log(`\n${facts.join('\n')}`)
}
