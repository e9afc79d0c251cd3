import { randomBytes } from 'node:crypto'
import { federationPath } from '../../../../src/federation/wire.ts'
import { signJson, signingKeyFromSeed, type SigningKey } from '../../../../src/matrix/signing.ts'
import type { ApiAnswer, ApiClient } from '../../../support/api-client.ts'
import type { Authority } from '../../../support/certificate-authority.ts'
import type { DnsServer } from '../../../support/dns-server.ts'
import { json, startHttpPeer, type Handler, type HttpPeer } from '../../../support/http-peer.ts'

/** What a signed request says; every member can be made wrong. */
export type RequestChanges = Readonly<Record<string, unknown>>

/** The Signpost of another organisation: a DNS record, a TLS server that publishes its key, and signed questions. */
export interface AskingSignpost {
  readonly name: string
  /** Where its key is fetched. */
  readonly server: HttpPeer
  readonly key: SigningKey
  /** A signed request to `destination`, made now. */
  request(changes?: RequestChanges, key?: SigningKey): object
  /** Publishes its key again, after another handler was set. */
  mend(): void
  close(): Promise<void>
}

export interface AskingSignpostOptions {
  readonly name: string
  readonly destination: string
  readonly dns: DnsServer
  readonly authority: Authority
  readonly now: () => number
  /** IP address that it listens on and that DNS names. Default 127.0.0.1. */
  readonly address?: string
}

export function randomKey(id = 'ed25519:0'): SigningKey {
  return signingKeyFromSeed(id, randomBytes(32))
}

export async function startAskingSignpost(options: AskingSignpostOptions): Promise<AskingSignpost> {
  const { name, destination, dns, authority, now, address = '127.0.0.1' } = options
  const key = randomKey()
  const host = `id.${name}`
  const handler = publishing(key)
  const server = await startHttpPeer({ handler, address, tls: await authority.issue([host]) })
  dns.answer(`_matrix-identity._tcp.${name}`, 'SRV', [{ type: 'SRV', target: host, port: server.port }])
  dns.host(host, address)
  return {
    name,
    server,
    key,
    request(changes = {}, signer = key) {
      const request = {
        origin: name,
        destination,
        ts: now(),
        nonce: randomBytes(16).toString('base64url'),
        algorithm: 'sha256',
        pepper: '',
        addresses: [],
        ...changes,
      }
      return signJson(request, request.origin, signer)
    },
    mend: () => server.handle(handler),
    close: () => server.close(),
  }
}

/** Answers the question for one key, and no other. */
export function publishing({ id, publicKey }: SigningKey): Handler {
  return (request, response) =>
    request.url === `/_matrix/identity/v2/pubkey/${id}`
      ? json(200, { public_key: publicKey })(request, response)
      : json(404, { errcode: 'M_NOT_FOUND', error: 'no such key' })(request, response)
}

export function askSigned(
  api: ApiClient,
  request: object,
  headers: Record<string, string> = {},
): Promise<ApiAnswer> {
  return api.post(`${federationPath}/lookup`, { json: request, headers })
}

/** The pepper for signed lookups. */
export async function signedPepper(api: ApiClient): Promise<string> {
  const { body } = await api.get(`${federationPath}/hash_details`)
  return (body as { lookup_pepper: string }).lookup_pepper
}
