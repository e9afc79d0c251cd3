import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { stringify } from 'yaml'
import { createLogger } from '../../../src/activity/logger.ts'
import type { ConfigInput } from '../../../src/config/schema.ts'
import type { Area, Finding } from '../../../src/doctor/check.ts'
import { thisMachine, type Machine } from '../../../src/doctor/machine.ts'
import { openDoctorWorld } from '../../../src/doctor/open-world.ts'
import { runDoctor } from '../../../src/doctor/run-doctor.ts'
import { createNetworkList, type NetworkList } from '../../../src/net/network-list.ts'
import { systemClock, systemRandom } from '../../../src/system.ts'
import { startTestAppliance, withTestDefaults, type TestAppliance } from '../../support/appliance.ts'
import { startDnsServer, type DnsServer } from '../../support/dns-server.ts'
import { freePorts } from '../../support/free-port.ts'
import { json, startHttpPeer, type Handler, type HttpPeer } from '../../support/http-peer.ts'
import { eventually } from '../../support/poll.ts'
import { startSmtpSink, type SmtpSink } from '../../support/smtp-sink.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import {
  createMemoryAuthority,
  type LeafOptions,
  type MemoryAuthority,
} from '../../gateway/tls/support/authority.ts'
import { startBreakableProxy, type BreakableProxy } from './breakable-proxy.ts'
import { startDoctorHomeserver, type DoctorHomeserver } from './stand-in-homeserver.ts'

type BackendInput = NonNullable<ConfigInput['backends']>[number]

export const domain = 'school.test'
export const publicHost = 'id.school.test'
export const mailPassword = 'correct horse battery staple'

/** Everything around one Signpost, all of it real but for the homeserver; healthy until somebody breaks a part. */
export interface BreakableWorld {
  readonly appliance: TestAppliance
  readonly dataDir: string
  readonly authority: MemoryAuthority
  readonly dns: DnsServer
  readonly proxy: BreakableProxy
  readonly homeserver: DoctorHomeserver
  readonly mail: SmtpSink
  /** `https://school.test`. */
  readonly site: HttpPeer
  readonly publicUrl: string
  /** What `signpost.yaml` says. */
  readonly config: ConfigInput
  /** The file of the backend `people`. */
  readonly peopleFile: string
  /** Rewrites `signpost.yaml`; without an argument as it was. The server goes on with what it has. */
  rewriteConfig(config?: ConfigInput): Promise<void>
  examine(options?: ExamineOptions): Promise<readonly Finding[]>
  stop(): Promise<void>
}

export interface ExamineOptions {
  readonly areas?: readonly Area[]
  readonly machine?: Partial<Machine>
  /** Default: Synapse's without loopback, where this world lives. */
  readonly homeserverBlocklist?: NetworkList
  readonly dataDir?: string
}

const withoutLoopback = createNetworkList(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'])

export interface WorldParts {
  /** Backends besides those that the world has. */
  readonly directory?: readonly BackendInput[]
  /** Port of the public URL, where the test starts the proxy itself. */
  readonly publicPort?: number
}

export async function startBreakableWorld(parts: WorldParts = {}): Promise<BreakableWorld> {
  const authority = createMemoryAuthority('World Root', Date.now())
  const dataDir = await createTempDir('doctor')
  await writeFile(join(dataDir, 'ca.pem'), authority.pem)
  const peopleFile = await createPeople(dataDir)

  const [listenPort, adminPort] = await freePorts(2)
  const dns = await startDnsServer()
  const homeserver = await startDoctorHomeserver(domain)
  const mail = await startSmtpSink({
    tls: 'starttls',
    auth: { user: 'signpost', password: mailPassword },
    certificate: issue(authority, ['127.0.0.1']),
  })
  const proxy = await startBreakableProxy({
    signpost: `http://127.0.0.1:${listenPort}`,
    homeserver: homeserver.url,
    certificate: issue(authority, [publicHost]),
  })
  const publicPort = parts.publicPort ?? proxy.port
  const publicUrl = `https://${publicHost}:${publicPort}`
  const site = await startHttpPeer({
    tls: issue(authority, [domain]),
    handler: siteHandler({ homeserver: publicUrl, identityServer: publicUrl }),
  })
  dns.host(domain, '127.0.0.1')
  dns.host(publicHost, '127.0.0.1')
  announce(dns, { target: publicHost, port: publicPort })

  const config = withTestDefaults({
    matrix: { domain, homeserverUrl: homeserver.url },
    server: { publicUrl, listen: { port: listenPort } },
    admin: { listen: { port: adminPort } },
    network: { caFile: join(dataDir, 'ca.pem'), dnsServers: [dns.address] },
    notifications: {
      email: {
        transport: 'smtp',
        smtp: {
          ...{ host: '127.0.0.1', port: mail.port, security: 'starttls' },
          ...{ user: 'signpost', password: mailPassword, caFile: join(dataDir, 'ca.pem') },
        },
      },
    },
    backends: [
      {
        id: 'people',
        type: 'sql',
        connection: { type: 'sqlite', path: peopleFile },
        table: { name: 'people', user: 'login', displayName: 'name', emails: ['mail'] },
      },
      { id: 'guests', type: 'list' },
      ...(parts.directory ?? []),
    ],
  })
  const file = join(dataDir, 'signpost.yaml')
  const rewriteConfig = async (next: ConfigInput = config) => {
    await writeFile(file, stringify(next), { mode: 0o600 })
    await chmod(file, 0o600)
  }
  await rewriteConfig()
  const appliance = await startTestAppliance({ config, dataDir })

  const world: BreakableWorld = {
    ...{ appliance, dataDir, authority, dns, proxy, homeserver, mail, site, publicUrl, config, peopleFile },
    rewriteConfig,
    examine: (options) => examine(world, options),
    async stop() {
      await appliance.stop()
      await Promise.all([proxy, homeserver, mail, site, dns].map((part) => part.close()))
    },
  }
  await eventually(
    async () =>
      !faultsIn(await examine(world, { areas: ['backends'] })).some((one) => one.startsWith('mirror')),
    { what: 'the first copies of the directories', timeoutMs: 40_000 },
  )
  return world
}

/** A certificate of the root that the world trusts. */
export function issue(
  authority: MemoryAuthority,
  names: readonly string[],
  options: LeafOptions = {},
): { readonly key: string; readonly cert: string } {
  const { pem, key } = authority.issue(names, options)
  return { key, cert: pem }
}

export function announce(dns: DnsServer, record: { readonly target: string; readonly port: number }): void {
  dns.answer(`_matrix-identity._tcp.${domain}`, 'SRV', [{ type: 'SRV', ...record }])
}

/** The web site of the domain, with the one well-known document that it needs. */
export function siteHandler(
  { homeserver, identityServer }: { readonly homeserver: string; readonly identityServer: string | null },
  headers: Record<string, string> = { 'access-control-allow-origin': '*' },
): Handler {
  const document = {
    'm.homeserver': { base_url: homeserver },
    ...(identityServer === null ? {} : { 'm.identity_server': { base_url: identityServer } }),
  }
  return (request, response) => {
    const isThere = request.url === '/.well-known/matrix/client'
    json(isThere ? 200 : 404, isThere ? document : {}, headers)(request, response)
  }
}

async function createPeople(dataDir: string): Promise<string> {
  const file = join(dataDir, 'people.sqlite')
  const people = new Sqlite(file)
  people.exec(`create table people (login text primary key, name text, mail text);
    insert into people values ('anna', 'Anna Meier', 'anna@school.test'), ('bob', 'Bob', 'bob@school.test')`)
  people.close()
  await chmod(file, 0o600)
  return file
}

async function examine(
  { dataDir, site }: Pick<BreakableWorld, 'dataDir' | 'site'>,
  options: ExamineOptions = {},
): Promise<readonly Finding[]> {
  const log = createLogger({ level: 'error', masked: () => true, destination: { write: () => {} } })
  const world = openDoctorWorld({
    dataDir: options.dataDir ?? dataDir,
    env: {},
    runtime: { clock: systemClock, random: systemRandom, log },
    machine: { ...thisMachine, ...options.machine },
    homeserverBlocklist: options.homeserverBlocklist ?? withoutLoopback,
    // Port 443 belongs to root; only the TCP target is moved, name and certificate stay those of the URL.
    adaptHttp: (http) => ({
      ...http,
      request: (request) =>
        http.request(
          new URL(request.url).host === domain
            ? { ...request, targets: [{ host: '127.0.0.1', port: site.port }] }
            : request,
        ),
    }),
  })
  const findings: Finding[] = []
  try {
    const areas = options.areas === undefined ? {} : { areas: options.areas }
    for await (const finding of runDoctor(world, areas)) findings.push(finding)
    return findings
  } finally {
    await world.close()
  }
}

/** What is not as it should be: `code`, or `code (subject)`, sorted. */
export function faultsIn(findings: readonly Finding[]): readonly string[] {
  return findings
    .filter(({ status }) => status === 'problem' || status === 'warning')
    .map(({ code, subject }) => (subject === null ? code : `${code} (${subject})`))
    .toSorted()
}
