import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { exportJWK, jwtVerify, SignJWT } from 'jose'
import { json, startHttpPeer, type SeenRequest } from '../../support/http-peer.ts'

export const projectId = 'school-1'
const issuer = `https://securetoken.google.com/${projectId}`

/** A user as Google's API has them. */
export interface StandInUser {
  readonly localId: string
  readonly displayName?: string
  readonly email?: string
  readonly emailVerified?: boolean
  readonly phoneNumber?: string
  readonly disabled?: boolean
  readonly validSince?: string
}

export interface SigningKey {
  readonly kid: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

export function createSigningKey(kid: string): SigningKey {
  return { kid, ...generateKeyPairSync('rsa', { modulusLength: 2048 }) }
}

/** An ID token as Firebase issues it; `claims` and `header` lie. */
export async function createIdToken(
  { kid, privateKey }: SigningKey,
  uid: string,
  claims: Readonly<Record<string, unknown>> = {},
  header: Readonly<Record<string, string>> = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  const usual = { iss: issuer, aud: projectId, sub: uid, iat: now, auth_time: now, exp: now + 3600 }
  const payload = Object.fromEntries(
    Object.entries({ ...usual, ...claims }).filter(([, value]) => value !== undefined),
  )
  return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid, ...header }).sign(privateKey)
}

export interface StandInFirebase {
  readonly url: string
  /** What would stand in the downloaded key file. */
  readonly credentials: string
  readonly seen: readonly SeenRequest[]
  /** How many tokens it gave to the service account. */
  readonly logins: number
  users: readonly StandInUser[]
  keys: readonly SigningKey[]
  /** Users on one page of the listing. */
  pageSize: number
  /** Instead of the usual answers, where it gives one. */
  respond: ((request: SeenRequest) => { status: number; body: unknown } | null) | null
  /** No access token that was given out is good any more. */
  revokeTokens(): void
  close(): Promise<void>
}

/** The three services of Google that the backend talks to, over real HTTP, with real signatures, by the clock `now`. */
export async function startStandInFirebase(
  users: readonly StandInUser[],
  keys: readonly SigningKey[],
  now: () => number = Date.now,
): Promise<StandInFirebase> {
  const serviceKey = createSigningKey('service-key')
  const tokens = new Set<string>()
  const peer = await startHttpPeer()
  const url = `http://127.0.0.1:${peer.port}`
  const tokenUrl = `${url}/token`
  const email = 'signpost@school-1.iam.gserviceaccount.com'
  let logins = 0

  async function logIn(request: SeenRequest) {
    const form = new URLSearchParams(request.body)
    try {
      const { payload } = await jwtVerify(form.get('assertion') ?? '', serviceKey.publicKey, {
        algorithms: ['RS256'],
        issuer: email,
        audience: tokenUrl,
        maxTokenAge: '1h',
        currentDate: new Date(now()),
      })
      const isRight =
        form.get('grant_type') === 'urn:ietf:params:oauth:grant-type:jwt-bearer' &&
        payload.scope === 'https://www.googleapis.com/auth/identitytoolkit'
      if (!isRight) throw new Error('not what is asked for')
    } catch {
      return { status: 400, body: { error: 'invalid_grant' } }
    }
    logins += 1
    const token = `token-${logins}`
    tokens.add(token)
    return { status: 200, body: { access_token: token, expires_in: 3599, token_type: 'Bearer' } }
  }

  function lookUp(body: string): unknown {
    const asked = JSON.parse(body) as Partial<Record<'localId' | 'email' | 'phoneNumber', string[]>>
    const found = standIn.users.filter(
      (user) =>
        asked.localId?.includes(user.localId) ||
        asked.email?.includes(user.email ?? '-') ||
        asked.phoneNumber?.includes(user.phoneNumber ?? '-'),
    )
    return { kind: 'identitytoolkit#GetAccountInfoResponse', ...(found.length > 0 && { users: found }) }
  }

  function page(query: URLSearchParams): unknown {
    const begin = Number(query.get('nextPageToken') ?? 0)
    const end = begin + Math.min(standIn.pageSize, Number(query.get('maxResults')))
    const page = standIn.users.slice(begin, end)
    return {
      ...(page.length > 0 && { users: page }),
      ...(end < standIn.users.length && { nextPageToken: String(end) }),
    }
  }

  async function answer(request: SeenRequest): Promise<{ status: number; body: unknown }> {
    const { pathname, searchParams } = new URL(request.url, url)
    const instead = standIn.respond?.(request)
    if (instead !== null && instead !== undefined) return instead
    if (pathname === '/token') return logIn(request)
    if (pathname === '/keys') {
      const jwks = standIn.keys.map(async ({ kid, publicKey }) => ({
        ...(await exportJWK(publicKey)),
        kid,
        alg: 'RS256',
        use: 'sig',
      }))
      return { status: 200, body: { keys: await Promise.all(jwks) } }
    }
    const bearer = String(request.headers.authorization).replace(/^Bearer /, '')
    if (!tokens.has(bearer)) return { status: 401, body: { error: { code: 401, status: 'UNAUTHENTICATED' } } }
    switch (pathname) {
      case `/v1/projects/${projectId}/accounts:lookup`:
        return { status: 200, body: lookUp(request.body) }
      case `/v1/projects/${projectId}/accounts:batchGet`:
        return { status: 200, body: page(searchParams) }
      default:
        return { status: 404, body: { error: { code: 404 } } }
    }
  }

  peer.handle((request, response) => {
    const headers = { 'cache-control': 'public, max-age=19800, must-revalidate, no-transform' }
    void answer(request).then(({ status, body }) => json(status, body, headers)(request, response))
  })

  const standIn: StandInFirebase = {
    url,
    credentials: JSON.stringify({
      type: 'service_account',
      project_id: projectId,
      private_key_id: serviceKey.kid,
      private_key: serviceKey.privateKey.export({ type: 'pkcs8', format: 'pem' }),
      client_email: email,
      token_uri: tokenUrl,
    }),
    seen: peer.seen,
    get logins() {
      return logins
    },
    users,
    keys,
    pageSize: 2,
    respond: null,
    revokeTokens: () => tokens.clear(),
    close: () => peer.close(),
  }
  return standIn
}
