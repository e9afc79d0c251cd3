import { createHash } from 'node:crypto'
import type { LookupFunction } from 'node:net'
import { Agent, request } from 'undici'
import { z } from 'zod'
import type { Answer, OpenIdToken } from '../../support/synapse-client.ts'

export interface IdentityCall {
  readonly token?: string
  /** Sent as JSON. */
  readonly body?: unknown
  /** Sent as a form. */
  readonly form?: Readonly<Record<string, string>>
}

/** The Identity Service API as a client app uses it. */
export interface IdentityClient {
  /** Any call below `/_matrix/identity`, or to a whole URL; every status is an answer, none an error. */
  request(method: string, pathOrUrl: string, call?: IdentityCall): Promise<Answer>
  /** A page as a browser opens it. */
  open(url: string): Promise<{ readonly status: number; readonly text: string }>
  /** A form as a browser sends it. */
  submit(
    url: string,
    fields: Readonly<Record<string, string>>,
  ): Promise<{ readonly status: number; readonly text: string }>
  /** Exchanges an OpenID token for an access token. */
  register(openId: OpenIdToken): Promise<string>
  /** Starts the validation of an e-mail address. Returns the session id. */
  requestEmail(token: string, email: string, clientSecret: string): Promise<string>
  /** The Matrix ID of a hashed lookup, or null. */
  lookup(token: string, address: string, medium?: string): Promise<string | null>
  /** The Matrix IDs of a lookup in clear, by e-mail address; addresses nobody knows are absent. */
  lookupPlain(token: string, ...emails: readonly string[]): Promise<Readonly<Record<string, string>>>
  close(): Promise<void>
}

const registered = z.object({ token: z.string() })
const session = z.object({ sid: z.string() })
const hashDetails = z.object({ lookup_pepper: z.string(), algorithms: z.array(z.string()) })
const found = z.object({ mappings: z.record(z.string(), z.string()) })

export interface ConnectionOptions {
  /** PEM text of the authority behind the identity server's certificate. */
  readonly ca?: string
  /** Finds host names, instead of the system. */
  readonly lookup?: LookupFunction
  /** IP address from which it asks. */
  readonly localAddress?: string
}

export function createIdentityClient(
  baseUrl: string,
  { localAddress, ...connect }: ConnectionOptions = {},
): IdentityClient {
  const agent = new Agent({ connect, pipelining: 0, ...(localAddress === undefined ? {} : { localAddress }) })

  async function send(method: string, pathOrUrl: string, { token, body, form }: IdentityCall = {}) {
    const url = pathOrUrl.includes('://') ? pathOrUrl : `${baseUrl}/_matrix/identity${pathOrUrl}`
    const response = await request(url, {
      method: method as 'GET',
      dispatcher: agent,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      body:
        form !== undefined
          ? `${new URLSearchParams(form)}`
          : body === undefined
            ? null
            : JSON.stringify(body),
      signal: AbortSignal.timeout(20_000),
    })
    return { status: response.statusCode, text: await response.body.text() }
  }

  async function call(method: string, pathOrUrl: string, options?: IdentityCall): Promise<Answer> {
    const { status, text } = await send(method, pathOrUrl, options)
    return { status, body: text === '' ? null : (JSON.parse(text) as unknown) }
  }

  async function expectOk<T>(schema: z.ZodType<T>, answer: Promise<Answer>, what: string): Promise<T> {
    const { status, body } = await answer
    if (status !== 200) throw new Error(`Signpost refused to ${what}: ${status} ${JSON.stringify(body)}`)
    return schema.parse(body)
  }

  async function pepperFor(token: string): Promise<string> {
    const asked = call('GET', '/v2/hash_details', { token })
    return (await expectOk(hashDetails, asked, 'tell the pepper')).lookup_pepper
  }

  async function mappingsOf(token: string, algorithm: string, pepper: string, addresses: readonly string[]) {
    const body = { algorithm, pepper, addresses }
    return (await expectOk(found, call('POST', '/v2/lookup', { token, body }), 'look up')).mappings
  }

  return {
    request: call,
    open: (url) => send('GET', url),
    submit: (url, form) => send('POST', url, { form }),
    register: async (openId) =>
      (await expectOk(registered, call('POST', '/v2/account/register', { body: openId }), 'register')).token,
    requestEmail: async (token, email, clientSecret) => {
      const body = { email, client_secret: clientSecret, send_attempt: 1 }
      const asked = call('POST', '/v2/validate/email/requestToken', { token, body })
      return (await expectOk(session, asked, 'start a validation')).sid
    },
    async lookup(token, address, medium = 'email') {
      const pepper = await pepperFor(token)
      const hash = createHash('sha256').update(`${address} ${medium} ${pepper}`).digest('base64url')
      return (await mappingsOf(token, 'sha256', pepper, [hash]))[hash] ?? null
    },
    async lookupPlain(token, ...emails) {
      const entries = emails.map((email) => `${email} email`)
      const mappings = await mappingsOf(token, 'none', await pepperFor(token), entries)
      return Object.fromEntries(
        Object.entries(mappings).map(([entry, mxid]) => [entry.replace(/ email$/, ''), mxid]),
      )
    },
    close: () => agent.close(),
  }
}
