import type { Seeded } from './seeded.ts'

/** What really exists on the appliance under attack, so that requests get past the first checks. */
export interface KnownFacts {
  /** Of a user whose terms are accepted. */
  readonly tokens: readonly string[]
  /** Tokens that may be logged out. */
  readonly spareTokens: readonly string[]
  /** For `account/register`. */
  readonly openIdTokens: readonly string[]
  readonly pepper: string
  readonly sessions: readonly { readonly sid: string; readonly client_secret: string }[]
  readonly invitation: { readonly token: string; readonly privateKey: string; readonly reference: string }
  readonly publicKeys: readonly string[]
  /** An X-Matrix header whose signature fits nothing. */
  readonly xMatrix: string
}

type Shape = (known: KnownFacts, choose: Seeded) => Record<string, unknown>

const address = (choose: Seeded) => `user${choose.between(0, 99)}@example.org`
const session: Shape = (known, choose) => ({ ...choose.pick(known.sessions) })
const wrongSecret = 'a-client-secret-that-fits-nothing'
const token: Shape = (known, choose) => ({
  ...session(known, choose),
  ...(choose.chance(0.3) ? { client_secret: wrongSecret } : {}),
  token: String(choose.between(0, 999_999)).padStart(6, '0'),
})
const attempt: Shape = (_, choose) => ({
  client_secret: `secret-${choose.between(0, 50)}`,
  // Mostly an old one: a higher one means a message, and a write to the disk.
  send_attempt: choose.chance(0.05) ? choose.between(1, 1000) : 0,
})
const hash = (choose: Seeded) => choose.bytes(32).toString('base64url')

/** A well-formed request for each endpoint, by the end of its path: body of a POST, query string of a GET. */
const shapes: Readonly<Record<string, Shape>> = {
  '/account/register': (known, choose) => ({
    access_token: choose.chance(0.02) ? choose.pick(known.openIdTokens) : 'an-openid-token-nobody-knows',
    token_type: 'Bearer',
    matrix_server_name: 'example.org',
    expires_in: 3600,
  }),
  '/terms': () => ({ user_accepts: ['https://example.org/privacy'] }),
  '/lookup': (known, choose) => ({
    algorithm: choose.pick(['sha256', 'none']),
    pepper: known.pepper,
    addresses: [hash(choose), `${address(choose)} email`],
    medium: 'email',
    address: address(choose),
  }),
  '/bulk_lookup': (_, choose) => ({ threepids: [['email', address(choose)]] }),
  '/validate/email/requestToken': (known, choose) => ({ ...attempt(known, choose), email: address(choose) }),
  '/validate/msisdn/requestToken': (known, choose) => ({
    ...attempt(known, choose),
    country: 'GB',
    phone_number: `07700900${choose.between(100, 999)}`,
  }),
  '/submitToken': token,
  '/3pid/getValidated3pid': session,
  '/3pid/bind': (known, choose) => ({ ...session(known, choose), mxid: '@alice:example.org' }),
  '/3pid/unbind': (known, choose) => ({
    ...(choose.chance(0.5) ? session(known, choose) : {}),
    mxid: '@alice:example.org',
    threepid: { medium: 'email', address: address(choose) },
  }),
  '/store-invite': (_, choose) => ({
    medium: 'email',
    address: address(choose),
    room_id: choose.chance(0.02) ? `!room${choose.between(0, 9)}:example.org` : '',
    sender: '@alice:example.org',
    room_name: 'Choir',
    sender_display_name: 'Alice',
  }),
  '/sign-ed25519': ({ invitation }, choose) => ({
    mxid: '@alice:example.org',
    token: invitation.token,
    private_key: choose.chance(0.5) ? invitation.privateKey : hash(choose),
  }),
  '/isvalid': (known, choose) => ({ public_key: choose.pick(known.publicKeys) }),
}

/** A well-formed request for a route; for one that is not listed above, members of all of them. */
export function shapeFor(url: string, known: KnownFacts, choose: Seeded): Record<string, unknown> {
  const found = Object.keys(shapes).find((end) => url.endsWith(end))
  const end = found ?? choose.pick(Object.keys(shapes))
  return shapes[end]?.(known, choose) ?? {}
}
