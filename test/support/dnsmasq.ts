import { createSocket } from 'node:dgram'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { Resolver } from 'node:dns/promises'
import { join } from 'node:path'
import { startProcess, type RunningProcess } from './child-process.ts'
import type { DnsRecord } from './dns-server.ts'
import { loopbackAddress } from './loopback-address.ts'
import { eventually } from './poll.ts'
import { createTempDir } from './temp-dir.ts'

const PROGRAM = '/usr/sbin/dnsmasq'

/** For `describeWith`: why there is no dnsmasq, or null. With `CI=true` its absence is an error where it could be there. */
export function dnsmasqUnavailable(): string | null {
  // Resolvers of C libraries know no other port than 53.
  if (process.platform !== 'linux' || process.geteuid?.() !== 0) return 'it runs as root on Linux alone'
  if (existsSync(PROGRAM)) return null
  if (process.env.CI === 'true') throw new Error('dnsmasq is not installed (apt-get install dnsmasq-base)')
  return 'it is not installed'
}

/** A record with its owner. Names without a record of the type in question have none; unknown names do not exist. */
export type NamedRecord = { readonly name: string } & (
  | Exclude<DnsRecord, { type: 'CNAME' }>
  | { readonly type: 'TXT'; readonly strings: readonly string[] }
  | { readonly type: 'MX'; readonly target: string; readonly priority: number }
)

export interface Zone {
  readonly records: readonly NamedRecord[]
  /** Domains whose every name is answered with SERVFAIL. */
  readonly broken?: readonly string[]
  /** Domains about whose names nobody says anything. */
  readonly silent?: readonly string[]
}

/** A dnsmasq of its own, which knows nothing but what a test tells it. No answer may be cached. */
export interface Dnsmasq {
  /** Port 53 of a loopback address. */
  readonly ip: string
  /** From now on this is all that it knows. */
  serve(zone: Zone): Promise<void>
  stop(): Promise<void>
}

export async function startDnsmasq(zone: Zone): Promise<Dnsmasq> {
  const dir = await createTempDir('dnsmasq')
  const configFile = join(dir, 'dnsmasq.conf')
  const logFile = join(dir, 'dnsmasq.log')
  const ip = loopbackAddress()
  const upstreams = { broken: await startUpstream(servfail), silent: await startUpstream(() => null) }
  let running: RunningProcess | null = null

  const delegate = (domain: string, { port }: Upstream) => `server=/${domain}/127.0.0.1#${port}`
  async function serve({ records, broken = [], silent = [] }: Zone): Promise<void> {
    const lines = [
      ...['no-resolv', 'no-hosts', 'cache-size=0', 'bind-interfaces', `listen-address=${ip}`],
      // Nothing goes out: what is not said here does not exist.
      'local=/#/',
      `host-record=${READY},${ip}`,
      ...records.map(lineOf),
      ...broken.map((domain) => delegate(domain, upstreams.broken)),
      ...silent.map((domain) => delegate(domain, upstreams.silent)),
    ]
    await writeFile(configFile, `${lines.join('\n')}\n`)
    // SIGHUP would reread host names alone, not SRV records.
    await running?.stop()
    const started = await startProcess(PROGRAM, ['--no-daemon', `--conf-file=${configFile}`], { logFile })
    running = started
    await eventually(() => started.exit() !== null || answers(ip), { what: 'dnsmasq', intervalMs: 10 })
    if (started.exit() !== null) throw new Error(`dnsmasq ended: ${await readFile(logFile, 'utf8')}`)
  }

  await serve(zone)
  return {
    ip,
    serve,
    async stop() {
      await running?.stop()
      await Promise.all([upstreams.broken.close(), upstreams.silent.close()])
    },
  }
}

/** A name that is there whenever the server is. */
const READY = 'ready.invalid'

async function answers(ip: string): Promise<boolean> {
  const resolver = new Resolver({ timeout: 500, tries: 1 })
  resolver.setServers([ip])
  return (await resolver.resolve4(READY)).length > 0
}

function lineOf(record: NamedRecord): string {
  const { name } = record
  switch (record.type) {
    case 'TXT':
      return `txt-record=${name},${record.strings.map((text) => `"${text}"`).join(',')}`
    case 'MX':
      return `mx-host=${name},${record.target},${record.priority}`
    case 'SRV': {
      const { target, port, priority = 0, weight = 0 } = record
      // No target stands for the root: there is no such service (RFC 2782).
      return `srv-host=${name},${target === '.' ? '' : [target, port, priority, weight].join(',')}`
    }
    default:
      return `host-record=${name},${record.address}`
  }
}

interface Upstream {
  readonly port: number
  close(): Promise<void>
}

/** The name server of some domains, on a UDP port of 127.0.0.1: dnsmasq itself has no way to fail. */
async function startUpstream(answerTo: (query: Buffer) => Buffer | null): Promise<Upstream> {
  const socket = createSocket('udp4')
  socket.on('message', (query, { address, port }) => {
    const answer = answerTo(query)
    if (answer !== null) socket.send(answer, port, address)
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(0, '127.0.0.1', resolve)
  })
  return {
    port: socket.address().port,
    close: () => new Promise((done) => socket.close(() => done())),
  }
}

function servfail(query: Buffer): Buffer {
  const answer = Buffer.from(query)
  answer.writeUInt16BE(0x8182, 2) // response, recursion desired and available, SERVFAIL
  return answer
}
