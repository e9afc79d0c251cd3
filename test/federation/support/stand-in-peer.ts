import { randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { signJson, signingKeyFromSeed, verifyJson, type SigningKey } from '../../../src/matrix/signing.ts'
import type { Certificate } from '../../support/certificate-authority.ts'
import {
  json,
  startHttpPeer,
  type Handler,
  type HttpPeer,
  type SeenRequest,
} from '../../support/http-peer.ts'
import { lookupHash } from '../../support/identity-world.ts'

/** `v1` alone is mxisd; `v1` and `v2` are Sydent; `v2` alone a central server; `signed` a Signpost. */
export type Api = 'v1' | 'v2' | 'signed'

export interface StandInOptions {
  readonly apis: readonly Api[]
  /** The name it signs under. */
  readonly name?: string
  /** Plain HTTP without. */
  readonly tls?: Certificate
  readonly address?: string
  readonly port?: number
  /** Who may open accounts: the OpenID tokens of the homeserver. */
  readonly isOpenIdToken?: (token: string) => boolean
  /** The public key of who signs questions, under its id. */
  readonly keyOfOrigin?: { readonly origin: string; readonly key: SigningKey }
}

/** An identity server of somebody else, over real HTTP. What it answers can be bent in every way. */
export interface StandInPeer {
  readonly http: HttpPeer
  /** `medium address` to Matrix ID. */
  readonly people: Map<string, string>
  readonly signingKey: SigningKey
  /** Changes answers of `v1` before or after they are signed. */
  bend: { before: (answer: object) => object; after: (answer: object) => object }
  pepper: string
  /** Policies that must be accepted, as `GET /terms` has them. */
  policies: Record<string, Record<string, unknown>>
  readonly acceptedTerms: string[]
  readonly tokens: Set<string>
  /** Another answer to whatever begins with this path; null mends it. */
  override(path: string, handler: Handler | null): void
  /** Requests so far, as `METHOD path`, without queries. */
  asked(): string[]
  close(): Promise<void>
}

const identity = '/_matrix/identity'
const federation = `${identity}/unstable/org.signpost.federation`
const unrecognized = json(404, { errcode: 'M_UNRECOGNIZED', error: 'Unknown endpoint' })

export async function startStandInPeer(options: StandInOptions): Promise<StandInPeer> {
  const { apis, name = 'peer.example' } = options
  const signingKey = signingKeyFromSeed('ed25519:0', randomBytes(32))
  const overrides = new Map<string, Handler>()

  const routes: Record<string, (request: SeenRequest) => readonly [number, unknown]> = {
    ...(apis.includes('v1') ? v1Routes() : {}),
    ...(apis.includes('v2') ? v2Routes() : {}),
    ...(apis.includes('signed') ? signedRoutes() : {}),
  }
  const keyPaths = [`${identity}/v2/pubkey/`, `${identity}/api/v1/pubkey/`].filter(
    (path) => !(path.includes('/v2/') && apis.every((api) => api === 'v1')),
  )

  const http = await startHttpPeer({
    ...(options.tls === undefined ? {} : { tls: options.tls }),
    ...(options.address === undefined ? {} : { address: options.address }),
    ...(options.port === undefined ? {} : { port: options.port }),
    handler(request, response) {
      const path = pathOf(request)
      const bent = [...overrides].find(([prefix]) => path.startsWith(prefix))
      if (bent !== undefined) return bent[1](request, response)
      answer(path, request, response)
    },
  })

  function answer(path: string, request: SeenRequest, response: ServerResponse): void {
    if (keyPaths.some((base) => path === base + signingKey.id)) {
      return json(200, { public_key: signingKey.publicKey })(request, response)
    }
    const route = routes[`${request.method} ${path}`]
    if (route === undefined) return unrecognized(request, response)
    const [status, body] = route(request)
    json(status, body)(request, response)
  }

  function hashed(pepper: string, hashes: readonly string[]): Record<string, string> {
    const known = [...peer.people].map(([key, mxid]) => {
      const [medium = '', address = ''] = key.split(' ')
      return [lookupHash(address, medium, pepper), mxid] as const
    })
    return Object.fromEntries(known.filter(([hash]) => hashes.includes(hash)))
  }

  function v1Routes(): typeof routes {
    return {
      [`GET ${identity}/api/v1`]: () => [200, {}],
      [`GET ${identity}/api/v1/lookup`]: (request) => {
        const query = new URL(request.url, 'http://peer').searchParams
        const [medium, address] = [query.get('medium') ?? '', query.get('address') ?? '']
        const mxid = peer.people.get(`${medium} ${address}`)
        if (mxid === undefined) return [200, {}]
        const times = { ts: 1, not_before: 1, not_after: Date.UTC(2100, 0, 1) }
        const association = peer.bend.before({ medium, address, mxid, ...times })
        return [200, peer.bend.after(signJson(association, name, signingKey))]
      },
      [`POST ${identity}/api/v1/bulk_lookup`]: (request) => {
        const { threepids } = JSON.parse(request.body) as { threepids: [string, string][] }
        const found = threepids.flatMap(([medium, address]) => {
          const mxid = peer.people.get(`${medium} ${address}`)
          return mxid === undefined ? [] : [[medium, address, mxid]]
        })
        return [200, { threepids: found }]
      },
    }
  }

  /** Null when the caller has an account and has accepted everything. */
  function refusal(request: SeenRequest): readonly [number, unknown] | null {
    const token = String(request.headers['authorization'] ?? '').replace('Bearer ', '')
    if (!peer.tokens.has(token)) return [401, { errcode: 'M_UNAUTHORIZED', error: 'Unrecognised token' }]
    const urls = Object.values(peer.policies).map((policy) =>
      Object.values(policy).flatMap((text) => (text as { url?: string }).url ?? []),
    )
    const isSigned = urls.every((some) => some.some((url) => peer.acceptedTerms.includes(url)))
    return isSigned ? null : [403, { errcode: 'M_TERMS_NOT_SIGNED', error: 'Accept the terms' }]
  }

  function v2Routes(): typeof routes {
    return {
      [`GET ${identity}/v2`]: () => [200, {}],
      [`POST ${identity}/v2/account/register`]: (request) => {
        const { access_token, matrix_server_name } = JSON.parse(request.body) as Record<string, string>
        if (matrix_server_name === undefined || options.isOpenIdToken?.(access_token ?? '') !== true) {
          return [401, { errcode: 'M_UNAUTHORIZED', error: 'No such OpenID token' }]
        }
        const token = randomBytes(12).toString('hex')
        peer.tokens.add(token)
        return [200, { token, access_token: token }]
      },
      [`GET ${identity}/v2/terms`]: () => [200, { policies: peer.policies }],
      [`POST ${identity}/v2/terms`]: (request) => {
        peer.acceptedTerms.push(...(JSON.parse(request.body) as { user_accepts: string[] }).user_accepts)
        return [200, {}]
      },
      [`GET ${identity}/v2/hash_details`]: (request) =>
        refusal(request) ?? [200, { lookup_pepper: peer.pepper, algorithms: ['sha256', 'none'] }],
      [`POST ${identity}/v2/lookup`]: (request) => {
        const { algorithm, pepper, addresses } = JSON.parse(request.body) as {
          algorithm: string
          pepper: string
          addresses: string[]
        }
        const refused = refusal(request)
        if (refused !== null) return refused
        if (algorithm !== 'sha256') return [400, { errcode: 'M_INVALID_PARAM', error: 'Hash it' }]
        return pepper === peer.pepper ? [200, { mappings: hashed(pepper, addresses) }] : wrongPepper()
      },
    }
  }

  const wrongPepper = () =>
    [400, { errcode: 'M_INVALID_PEPPER', algorithm: 'sha256', lookup_pepper: peer.pepper }] as const

  function signedRoutes(): typeof routes {
    return {
      [`GET ${federation}/hash_details`]: () => [200, { lookup_pepper: peer.pepper, algorithms: ['sha256'] }],
      [`POST ${federation}/lookup`]: (request) => {
        const body = JSON.parse(request.body) as Record<string, unknown> & { addresses: string[] }
        const { origin, key } = options.keyOfOrigin ?? { origin: '', key: signingKey }
        if (!verifyJson(body, origin, new Map([[key.id, key.publicKey]]))) {
          return [403, { errcode: 'M_FORBIDDEN', error: 'Not signed' }]
        }
        if (body['pepper'] !== peer.pepper) return wrongPepper()
        const answer = peer.bend.before({
          origin: name,
          destination: body['origin'],
          nonce: body['nonce'],
          ts: body['ts'],
          mappings: hashed(peer.pepper, body.addresses),
        })
        return [200, peer.bend.after(signJson(answer, name, signingKey))]
      },
    }
  }

  const peer: StandInPeer = {
    http,
    people: new Map(),
    signingKey,
    bend: { before: (answer) => answer, after: (answer) => answer },
    pepper: 'pepper-one',
    policies: {},
    acceptedTerms: [],
    tokens: new Set(),
    override(path, handler) {
      if (handler === null) overrides.delete(path)
      else overrides.set(path, handler)
    },
    asked: () => http.seen.map((request) => `${request.method} ${pathOf(request).replace(identity, '')}`),
    close: () => http.close(),
  }
  return peer
}

function pathOf({ url }: SeenRequest): string {
  return url.split('?')[0] ?? ''
}
