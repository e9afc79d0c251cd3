import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts } from '../support/free-port.ts'
import { requestBytes } from './load.ts'
import { hashDetails, hashRequests, legacyRequests, measure, plainRequests, type Row } from './lookups.ts'
import { measureRotation } from './rotation.ts'
import { seedDatabase } from './seed.ts'
import { startBareFastify, startSignpost } from './servers.ts'
import { startStandInHomeserver } from './stand-in-homeserver.ts'
import { measureWrites } from './writes.ts'

/*
 * `npm run bench [-- 1k 100k 1M]`: the built server on this machine, asked over loopback by one process beside it.
 * Needs about five minutes and 1.5 GB of disk for the temporary databases.
 */

const sizes: Readonly<Record<string, number>> = { '1k': 1_000, '100k': 100_000, '1M': 1_000_000 }
const chosen = process.argv.slice(2).filter((name) => name in sizes)
const labels = chosen.length > 0 ? chosen : Object.keys(sizes)

const rows: Row[] = []
const facts: string[] = []
console.log(`${cpus().length} x ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}\n`)

rows.push(await measureCeiling())
for (const label of labels) await measureSize(label, sizes[label] ?? 0)
printTable()

async function measureCeiling(): Promise<Row> {
  const [port] = await freePorts(1)
  const server = await startBareFastify(port)
  const body = { algorithm: 'sha256', pepper: 'p'.repeat(32), addresses: ['h'.repeat(43)] }
  const requests = [requestBytes('POST', '/bare', 'token', body)]
  const row = await measure({
    name: 'bare Fastify route',
    associations: '-',
    port: server.port,
    requests,
    addressesPerRequest: 0,
  })
  await server.stop()
  return row
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
    for (const size of [1, 10, 1000]) {
      const requests = hashRequests(size, count, pepper)
      const name = `hashed lookup, ${size} per request`
      rows.push(await measure({ name, associations: label, port, requests, addressesPerRequest: size }))
    }
    const plain = plainRequests(10, count, pepper)
    rows.push(
      await measure({
        name: 'plain lookup, 10 per request',
        associations: label,
        port,
        requests: plain,
        addressesPerRequest: 10,
      }),
    )
    const legacy = legacyRequests(count)
    rows.push(
      await measure({
        name: 'v1 lookup, signed',
        associations: label,
        port,
        requests: legacy,
        addressesPerRequest: 1,
      }),
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

function ms(value: number): string {
  return `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`
}

function printTable(): void {
  const ceiling = rows[0]?.perSecond ?? 0
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(30) : cell.padStart(11))).join(' | ')} |`
  console.log(line(['what', 'bound', 'requests/s', 'addresses/s', 'of ceiling', 'p50', 'p99', 'failed']))
  console.log(line(Array.from({ length: 8 }, () => '---')))
  for (const row of rows) {
    const share = ceiling === 0 ? '' : `${((row.perSecond / ceiling) * 100).toFixed(0)} %`
    const rates = [row.perSecond.toFixed(0), row.addressesPerSecond.toFixed(0), share]
    console.log(line([row.name, row.associations, ...rates, ms(row.p50), ms(row.p99), String(row.failed)]))
  }
  console.log(`\n${facts.join('\n')}`)
}
