import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { importEntries } from '../../../src/backends/list/list.ts'
import type { ConfigInput } from '../../../src/config/schema.ts'
import type { HttpResponse } from '../../../src/net/http-client.ts'
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts'
import type { Authority } from '../../support/certificate-authority.ts'
import type { DnsServer } from '../../support/dns-server.ts'
import { member } from '../../support/identity-world.ts'
import { createOutgoing } from '../../support/outgoing.ts'
import { startStandInHomeserver, type StandInHomeserver } from '../../support/stand-in-homeserver.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'

/** A real Signpost with TLS, found through DNS, and the stand-in of its homeserver. Nothing else is configured. */
export interface SignpostOrganisation {
  readonly domain: string
  readonly host: string
  readonly port: number
  readonly signpost: TestAppliance
  readonly homeserver: StandInHomeserver
  /** Applies another `federation` section while it runs. */
  configure(federation: ConfigInput['federation']): Promise<void>
  /** Gives an e-mail address to a user. */
  add(address: string, mxid: string): Promise<void>
  /** A token for a user of a homeserver; by default of the organisation's own. */
  login(userId: string, at?: StandInHomeserver): Promise<string>
  register(userId: string, at?: StandInHomeserver): Promise<HttpResponse>
  /** `POST /v2/lookup` in clear, which is what may go on to others. */
  lookup(token: string, address: string): Promise<string | null>
  stop(): Promise<void>
}

export interface Internet {
  readonly dns: DnsServer
  readonly authority: Authority
  /** Federation base URLs by server name, for all organisations. */
  readonly pins: Record<string, string>
}

export async function startSignpostOrganisation(
  { dns, authority, pins }: Internet,
  domain: string,
  federation: ConfigInput['federation'] = {},
): Promise<SignpostOrganisation> {
  const host = `id.${domain}`
  const dataDir = await dataDirWithTls(authority, host)
  const homeserver = await startStandInHomeserver(domain)
  pins[domain] = homeserver.url
  const configOf = (section: ConfigInput['federation']): ConfigInput => ({
    matrix: { domain, pins },
    server: {
      publicUrl: `https://${host}`,
      listen: { port: 0 },
      tls: { mode: 'files', certificate: 'tls/cert.pem', privateKey: 'tls/key.pem' },
    },
    network: { dnsServers: [dns.address], allowPrivate: ['127.0.0.1'], caFile: 'tls/ca.pem' },
    federation: { ...section, outbound: { enabled: true, ...section?.outbound } },
  })
  const signpost = await startTestAppliance({ dataDir, config: configOf(federation) })
  const port = Number(new URL(signpost.publicAddress).port)
  dns.host(host, '127.0.0.1')
  dns.answer(`_matrix-identity._tcp.${domain}`, 'SRV', [{ type: 'SRV', target: host, port }])

  const { http } = createOutgoing({ dns: dns.address, ca: authority.caPem })
  const ask = (path: string, token: string | null, body?: object) =>
    http.request({
      method: body === undefined ? 'GET' : 'POST',
      url: `https://${host}:${port}/_matrix/identity${path}`,
      headers: {
        'content-type': 'application/json',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      trust: 'operator',
    })
  const register = (userId: string, at = homeserver) => {
    const access_token = at.openIdToken(userId)
    const document = { access_token, token_type: 'Bearer', expires_in: 3600, matrix_server_name: at.name }
    return ask('/v2/account/register', null, document)
  }

  return {
    domain,
    host,
    port,
    signpost,
    homeserver,
    configure: (section) => signpost.configure(configOf(section)),
    async add(address, mxid) {
      const entry = { medium: 'email', address, mxid, displayName: null } as const
      await importEntries(signpost.storage, createTestRuntime(), 'list', [entry], 'add')
      await signpost.index.catchUp()
    },
    register,
    login: async (userId, at) => member((await register(userId, at)).json(), 'token'),
    async lookup(token, address) {
      const pepper = member((await ask('/v2/hash_details', token)).json(), 'lookup_pepper')
      const entry = `${address} email`
      const answer = await ask('/v2/lookup', token, { algorithm: 'none', pepper, addresses: [entry] })
      return (answer.json() as { mappings: Record<string, string> }).mappings[entry] ?? null
    },
    async stop() {
      await signpost.stop()
      await homeserver.close()
    },
  }
}

async function dataDirWithTls(authority: Authority, host: string): Promise<string> {
  const dataDir = await createTempDir('organisation')
  const { cert, key } = await authority.issue([host])
  await mkdir(join(dataDir, 'tls'))
  await writeFile(join(dataDir, 'tls/cert.pem'), cert)
  await writeFile(join(dataDir, 'tls/key.pem'), key)
  await writeFile(join(dataDir, 'tls/ca.pem'), authority.caPem)
  return dataDir
}
