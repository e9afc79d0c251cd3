import { randomBytes } from 'node:crypto'
import { configSchema, type ConfigInput } from '../../../src/config/schema.ts'
import { createOutbound, type Outbound } from '../../../src/federation/outbound.ts'
import type { RemoteLookupOptions } from '../../../src/federation/remote.ts'
import { mappingKey } from '../../../src/lookup/mappings.ts'
import { signingKeyFromSeed, type SigningKey } from '../../../src/matrix/signing.ts'
import type { ThreePid } from '../../../src/matrix/threepid.ts'
import type { HttpClient, HttpRequest } from '../../../src/net/http-client.ts'
import { createAuthority, type Authority } from '../../support/certificate-authority.ts'
import { startDnsServer, type DnsServer } from '../../support/dns-server.ts'
import { json, startHttpPeer, type HttpPeer } from '../../support/http-peer.ts'
import { createOutgoing } from '../../support/outgoing.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { createTestRuntime, type TestRuntime } from '../../support/test-runtime.ts'
import { startStandInPeer, type Api, type StandInOptions, type StandInPeer } from './stand-in-peer.ts'

/** Our own name and key in all these tests. */
export const ourDomain = 'ours.example'
export const ourUser = '@signpost:ours.example'
export const accountSecret = 'secret-of-the-account'

/** The Internet of one suite: DNS, a certification authority, identity servers, and our homeserver. */
export interface FederationWorld {
  readonly dns: DnsServer
  readonly authority: Authority
  readonly signingKey: SigningKey
  readonly homeserver: HomeserverStandIn
  /** A server at `id.<domain>` with TLS, to which the SRV record of the domain leads. */
  peer(domain: string, apis: readonly Api[], options?: Partial<StandInOptions>): Promise<StandInPeer>
  /** Lets the record of a domain lead to these servers, each under its own name. */
  announce(domain: string, targets: readonly { host: string; port: number; priority?: number }[]): void
  /** The outgoing side of a Signpost with a clock of its own, and everything it sends. */
  open(config?: FederationInput, options?: OpenOptions): OpenOutbound
  close(): Promise<void>
}

export type FederationInput = NonNullable<ConfigInput['federation']>

export interface OpenOptions {
  readonly allowPrivate?: readonly string[]
  readonly budget?: RemoteLookupOptions['budget']
  readonly matrix?: ConfigInput['matrix']
  readonly server?: ConfigInput['server']
}

export interface OpenOutbound extends Outbound {
  readonly runtime: TestRuntime
  /** Every request that was made, with its body. */
  readonly sent: readonly HttpRequest[]
  /** The Matrix ID that Signpost itself finds for an e-mail address; null for nobody. */
  find(address: string): Promise<string | null>
  findAll(addresses: readonly ThreePid[]): Promise<Record<string, string>>
}

export interface HomeserverStandIn {
  readonly http: HttpPeer
  readonly url: string
  readonly issued: ReadonlySet<string>
}

export async function startFederationWorld(): Promise<FederationWorld> {
  const dns = await startDnsServer()
  const authority = await createAuthority(await createTempDir('federation'))
  const signingKey = signingKeyFromSeed('ed25519:0', randomBytes(32))
  const homeserver = await startHomeserver()
  const peers: StandInPeer[] = []

  function announce(
    domain: string,
    targets: readonly { host: string; port: number; priority?: number }[],
  ): void {
    const records = targets.map(({ host, port, priority = 0 }) => {
      return { type: 'SRV', target: host, port, priority } as const
    })
    dns.answer(`_matrix-identity._tcp.${domain}`, 'SRV', records)
  }

  return {
    dns,
    authority,
    signingKey,
    homeserver,
    announce,
    async peer(domain, apis, options = {}) {
      const host = `id.${domain}`
      const peer = await startStandInPeer({
        apis,
        name: domain,
        tls: await authority.issue([host]),
        isOpenIdToken: (token) => homeserver.issued.has(token),
        keyOfOrigin: { origin: ourDomain, key: signingKey },
        ...options,
      })
      peers.push(peer)
      dns.host(host, '127.0.0.1')
      announce(domain, [{ host, port: peer.http.port }])
      return peer
    },
    open(federation = {}, options = {}) {
      const runtime = createTestRuntime()
      const config = configSchema.parse({
        matrix: { domain: ourDomain, homeserverUrl: homeserver.url, ...options.matrix },
        ...(options.server === undefined ? {} : { server: options.server }),
        federation,
      })
      const { http, resolver } = createOutgoing({
        dns: dns.address,
        ca: authority.caPem,
        allowPrivate: options.allowPrivate ?? ['127.0.0.1'],
      })
      const sent: HttpRequest[] = []
      const outbound = createOutbound({
        config,
        ownNames: [ourDomain, 'matrix.ours.example'],
        runtime,
        http: recording(http, sent),
        resolver,
        secrets: { read: async (source) => String(source) },
        signer: () => signingKey,
        budget: options.budget ?? { take: () => {} },
      })
      const findAll = async (addresses: readonly ThreePid[]) => {
        const found = await outbound.remote.find(addresses, null)
        return Object.fromEntries([...found].map(([key, { mxid }]) => [key, mxid]))
      }
      return {
        ...outbound,
        runtime,
        sent,
        findAll,
        find: async (address) => {
          const one = email(address)
          return (await findAll([one]))[mappingKey(one)] ?? null
        },
      }
    },
    async close() {
      await Promise.all([...peers.map((peer) => peer.close()), homeserver.http.close(), dns.close()])
    },
  }
}

export const email = (address: string): ThreePid => ({ medium: 'email', address })
export const phone = (address: string): ThreePid => ({ medium: 'msisdn', address })
export const account = { userId: ourUser, accessToken: accountSecret }

function recording(http: HttpClient, sent: HttpRequest[]): HttpClient {
  return {
    ...http,
    request(request) {
      sent.push(request)
      return http.request(request)
    },
  }
}

/** The part of our homeserver that issues OpenID tokens. */
async function startHomeserver(): Promise<HomeserverStandIn> {
  const issued = new Set<string>()
  const user = encodeURIComponent(ourUser)
  const path = `/_matrix/client/v3/user/${user}/openid/request_token?user_id=${user}`
  const http = await startHttpPeer({
    handler(request, response) {
      if (request.method !== 'POST' || request.url !== path) return json(404, {})(request, response)
      if (request.headers['authorization'] !== `Bearer ${accountSecret}`) {
        return json(401, { errcode: 'M_UNKNOWN_TOKEN', error: 'no' })(request, response)
      }
      const access_token = randomBytes(8).toString('hex')
      issued.add(access_token)
      const document = { access_token, token_type: 'Bearer', matrix_server_name: ourDomain, expires_in: 3600 }
      json(200, document)(request, response)
    },
  })
  return { http, url: `http://127.0.0.1:${http.port}`, issued }
}
