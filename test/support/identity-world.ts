import { createHash, randomBytes } from 'node:crypto'
import type { ConfigInput } from '../../src/config/schema.ts'
import type { Clock } from '../../src/runtime.ts'
import { startTestAppliance, type TestAppliance } from './appliance.ts'
import { startHttpPeer, type HttpPeer } from './http-peer.ts'
import { createApiClient, type ApiClient } from './api-client.ts'
import { manualClock } from './outgoing.ts'
import { eventually } from './poll.ts'
import { startSmtpSink, type ReceivedMail, type SmtpSink } from './smtp-sink.ts'
import { startStandInHomeserver, type StandInHomeserver } from './stand-in-homeserver.ts'

/** A completed or open validation. */
export interface Session {
  readonly sid: string
  readonly client_secret: string
}

/** A running appliance with a homeserver, a mail server and an SMS gateway around it. */
export interface IdentityWorld {
  readonly appliance: TestAppliance
  readonly api: ApiClient
  /** `example.org`, the appliance's own. */
  readonly homeserver: StandInHomeserver
  /** `other.example`. */
  readonly otherHomeserver: StandInHomeserver
  /** Refuses every recipient whose address begins with `refused`. */
  readonly mail: SmtpSink
  /** Takes `?to=<digits>&text=<text>`. */
  readonly sms: HttpPeer
  readonly clock: { now(): number; advance(ms: number): void }
  /** The configuration the world began with, and some changes. */
  configure(changes?: ConfigInput): Promise<void>
  /** A token for a user of either homeserver. */
  login(userId: string): Promise<string>
  /** Starts a validation by mail and returns it with the code of the mail. */
  startEmail(token: string, address: string): Promise<Session & { token: string }>
  validateEmail(token: string, address: string): Promise<Session>
  /** Validates and binds. */
  bind(token: string, userId: string, address: string): Promise<void>
  /** Asks for the hash of one address under the current pepper. Null: no mapping. */
  lookup(token: string, address: string, medium?: string): Promise<string | null>
  stop(): Promise<void>
}

export interface IdentityWorldOptions {
  readonly dataDir?: string
  /** In the place of the world's own, which goes on only when it is told to. */
  readonly clock?: Clock
}

/** The address under which the world's appliance believes to be reached. */
export const publicUrl = 'https://id.example.org'

export async function startIdentityWorld(
  changes: ConfigInput = {},
  { clock: given, ...options }: IdentityWorldOptions = {},
): Promise<IdentityWorld> {
  const homeserver = await startStandInHomeserver('example.org')
  const otherHomeserver = await startStandInHomeserver('other.example')
  const mail = await startSmtpSink({
    rejectRcpt: (address) => (address.startsWith('refused') ? '5.1.1 no such mailbox' : null),
  })
  const sms = await startHttpPeer()
  const clock = manualClock(Date.UTC(2030, 0, 1))
  const smsUrl = `http://127.0.0.1:${sms.port}/send?to={to}&text={text}`
  const base: ConfigInput = {
    matrix: {
      domain: homeserver.name,
      pins: { [homeserver.name]: homeserver.url, [otherHomeserver.name]: otherHomeserver.url },
    },
    server: { publicUrl },
    notifications: {
      email: { transport: 'smtp', smtp: { host: '127.0.0.1', port: mail.port, security: 'none' } },
      sms: { transport: 'http', http: { method: 'GET', url: smsUrl } },
    },
  }
  const appliance = await startTestAppliance({
    ...options,
    config: { ...base, ...changes },
    clock: given ?? clock,
  })
  const api = createApiClient(appliance.publicAddress)

  async function login(userId: string): Promise<string> {
    const server = userId.endsWith(`:${homeserver.name}`) ? homeserver : otherHomeserver
    const access_token = server.openIdToken(userId)
    const answer = await api.post('/v2/account/register', {
      json: { access_token, token_type: 'Bearer', matrix_server_name: server.name, expires_in: 3600 },
    })
    return member(answer.body, 'token')
  }

  async function startEmail(token: string, email: string) {
    const client_secret = randomBytes(9).toString('base64url')
    const answer = await api.post('/v2/validate/email/requestToken', {
      token,
      json: { client_secret, email, send_attempt: 1 },
    })
    const sid = member(answer.body, 'sid')
    await eventually(() => linksFor(mail, sid).length > 0, { what: 'the mail of a session' })
    return { sid, client_secret, token: codeOf(mail, sid) }
  }

  async function validateEmail(token: string, email: string): Promise<Session> {
    const { token: code, ...session } = await startEmail(token, email)
    await api.post('/v2/validate/email/submitToken', { token, json: { ...session, token: code } })
    return session
  }

  return {
    appliance,
    api,
    homeserver,
    otherHomeserver,
    mail,
    sms,
    clock,
    configure: (more = {}) => appliance.configure({ ...base, ...changes, ...more }),
    login,
    startEmail,
    validateEmail,
    async bind(token, mxid, address) {
      const session = await validateEmail(token, address)
      const answer = await api.post('/v2/3pid/bind', { token, json: { ...session, mxid } })
      if (answer.status !== 200) throw new Error(`bind answered ${answer.text}`)
    },
    async lookup(token, address, medium = 'email') {
      const pepper = member((await api.get('/v2/hash_details', { token })).body, 'lookup_pepper')
      const hash = lookupHash(address, medium, pepper)
      const json = { algorithm: 'sha256', pepper, addresses: [hash] }
      const { body } = await api.post('/v2/lookup', { token, json })
      return (body as { mappings: Record<string, string> }).mappings[hash] ?? null
    },
    async stop() {
      await appliance.stop()
      await Promise.all([homeserver.close(), otherHomeserver.close(), mail.close(), sms.close()])
    },
  }
}

/** The link of a validation mail; null for any other mail. */
export function linkIn(mail: ReceivedMail): URL | null {
  const [found] = /https?:\/\/\S+submitToken\S+/.exec(mail.parsed.text ?? '') ?? []
  return found === undefined ? null : new URL(found)
}

/** The links that were mailed for a session, oldest first. */
export function linksFor(mail: SmtpSink, sid: string): URL[] {
  return mail.messages
    .map(linkIn)
    .filter((link) => link !== null)
    .filter((link) => link.searchParams.get('sid') === sid)
}

/** The code in the newest mail of a session. */
export function codeOf(mail: SmtpSink, sid: string): string {
  return linksFor(mail, sid).at(-1)?.searchParams.get('token') ?? ''
}

/** The private key in the link of an invitation mail, for `sign-ed25519`; empty when there is none. */
export function invitationKeyIn(mail: ReceivedMail | undefined): string {
  const [link = ''] = /https?:\/\/\S+/.exec(mail?.parsed.text ?? '') ?? []
  return /private_key(?:=|%3D)([\w-]{43})/.exec(decodeURIComponent(link))?.[1] ?? ''
}

/** Identity Service API, "sha256", written a second time. */
export function lookupHash(address: string, medium: string, pepper: string): string {
  return createHash('sha256').update(`${address} ${medium} ${pepper}`).digest('base64url')
}

/** A text member of a JSON object; throws when it is not there. */
export function member(body: unknown, name: string): string {
  const value = (body as Record<string, unknown> | null)?.[name]
  if (typeof value !== 'string') throw new Error(`${JSON.stringify(body)} has no text member ${name}`)
  return value
}

/** A `terms` section: policy id to version and documents. Its type cannot be written as a literal. */
export function policies(
  terms: Readonly<Record<string, { readonly version: string; readonly [language: string]: unknown }>>,
): ConfigInput['terms'] {
  return terms as ConfigInput['terms']
}
