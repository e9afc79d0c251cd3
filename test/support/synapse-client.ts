import { createHmac } from 'node:crypto'
import { z } from 'zod'

export interface SynapseUser {
  readonly userId: string
  readonly accessToken: string
}

export interface OpenIdToken {
  readonly access_token: string
  readonly token_type: string
  readonly matrix_server_name: string
  readonly expires_in: number
}

export interface Answer {
  readonly status: number
  /** The parsed JSON body; `null` when there is none. */
  readonly body: unknown
}

export interface RequestOptions {
  readonly token?: string
  /** Sent as JSON. */
  readonly body?: unknown
}

export interface SynapseClient {
  /** Creates a user through the registration secret; rejects when the name is taken. */
  register(user: string, password: string, admin?: boolean): Promise<SynapseUser>
  login(user: string, password: string): Promise<SynapseUser>
  /** What a client hands to an identity server to prove who its user is. */
  openIdToken(user: SynapseUser): Promise<OpenIdToken>
  /** Any call to the client API; every status is an answer, none an error. */
  request(method: string, path: string, options?: RequestOptions): Promise<Answer>
}

const Session = z.object({ user_id: z.string(), access_token: z.string() })
const Nonce = z.object({ nonce: z.string() })
const OpenId = z.object({
  access_token: z.string(),
  token_type: z.string(),
  matrix_server_name: z.string(),
  expires_in: z.number(),
})

/** The client side of a Synapse at `baseUrl`, as far as tests need it. */
export function createSynapseClient(baseUrl: string, registrationSecret: string): SynapseClient {
  async function request(
    method: string,
    path: string,
    { token, body }: RequestOptions = {},
  ): Promise<Answer> {
    const response = await fetch(baseUrl + path, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? null : (JSON.parse(text) as unknown) }
  }

  async function expectOk<T>(schema: z.ZodType<T>, call: Promise<Answer>, what: string): Promise<T> {
    const { status, body } = await call
    if (status !== 200) throw new Error(`Synapse refused to ${what}: ${status} ${JSON.stringify(body)}`)
    return schema.parse(body)
  }

  async function register(user: string, password: string, admin = false): Promise<SynapseUser> {
    const path = '/_synapse/admin/v1/register'
    const { nonce } = await expectOk(Nonce, request('GET', path), 'hand out a nonce')
    const mac = createHmac('sha1', registrationSecret)
      .update([nonce, user, password, admin ? 'admin' : 'notadmin'].join('\0'))
      .digest('hex')
    const body = { nonce, username: user, password, admin, mac }
    return toUser(await expectOk(Session, request('POST', path, { body }), `register ${user}`))
  }

  async function login(user: string, password: string): Promise<SynapseUser> {
    const body = { type: 'm.login.password', identifier: { type: 'm.id.user', user }, password }
    return toUser(
      await expectOk(Session, request('POST', '/_matrix/client/v3/login', { body }), `log ${user} in`),
    )
  }

  function openIdToken({ userId, accessToken }: SynapseUser): Promise<OpenIdToken> {
    const path = `/_matrix/client/v3/user/${encodeURIComponent(userId)}/openid/request_token`
    return expectOk(OpenId, request('POST', path, { token: accessToken, body: {} }), 'issue an OpenID token')
  }

  return { register, login, openIdToken, request }
}

function toUser(session: z.infer<typeof Session>): SynapseUser {
  return { userId: session.user_id, accessToken: session.access_token }
}
