import type { ConfigInput } from '../../../src/config/schema.ts'
import { signingKeyFromSeed } from '../../../src/matrix/signing.ts'
import { startDnsServer } from '../../support/dns-server.ts'
import {
  member,
  policies,
  publicUrl,
  startIdentityWorld,
  type IdentityWorld,
} from '../../support/identity-world.ts'
import type { KnownFacts } from './endpoint-shapes.ts'
import { watchPublicListener, type PublicListener } from './public-routes.ts'

/** An appliance under attack: it works, it knows people, and nothing it does leaves this machine. */
export interface Target {
  readonly world: IdentityWorld
  readonly listener: PublicListener
  readonly known: KnownFacts
  /** Texts that no answer may ever hold. */
  readonly secrets: readonly string[]
  readonly port: number
  configure(changes?: ConfigInput): Promise<void>
  stop(): Promise<void>
}

const privacy = 'https://example.org/privacy'

/** Messages go to a file: what is under attack is the API, and 100,000 requests start many. */
const calm = {
  notifications: { email: { transport: 'log' }, sms: { transport: 'log', dailyLimit: 1_000_000 } },
  terms: policies({ privacy: { version: '1', en: { name: 'Privacy', url: privacy } } }),
} as const

export async function startTarget(changes: ConfigInput = {}): Promise<Target> {
  // Knows no name, so that nothing the requests name is ever reached.
  const dns = await startDnsServer()
  const [world, listener] = await watchPublicListener(() =>
    startIdentityWorld({ ...changes, network: { dnsServers: [dns.address] } }),
  )
  const known = await prepare(world)
  await world.configure(calm)
  for (const token of known.tokens) {
    await world.api.post('/v2/terms', { token, json: { user_accepts: [privacy] } })
  }
  return {
    world,
    listener,
    known,
    secrets: [
      ...known.tokens,
      ...known.spareTokens,
      ...known.openIdTokens,
      ...known.sessions.map(({ client_secret }) => client_secret),
      known.invitation.privateKey,
    ],
    port: Number(new URL(world.appliance.publicAddress).port),
    configure: (more = {}) => world.configure({ ...calm, ...more }),
    async stop() {
      await world.stop()
      await dns.close()
    },
  }
}

async function prepare(world: IdentityWorld): Promise<KnownFacts> {
  const { api, login, homeserver, appliance } = world
  const token = await login('@alice:example.org')
  const spareTokens = await Promise.all(Array.from({ length: 50 }, () => login('@alice:example.org')))
  const sessions = [
    await world.validateEmail(token, 'user1@example.org'),
    await world.startEmail(token, 'user2@example.org'),
  ]
  const json = {
    medium: 'email',
    address: 'user3@example.org',
    room_id: '!r:example.org',
    sender: '@alice:example.org',
  }
  const stored = await api.post('/v2/store-invite', { token, json })
  const row = await appliance.storage.db.selectFrom('invitations').selectAll().executeTakeFirstOrThrow()
  return {
    tokens: [token, await login('@bob:other.example')],
    spareTokens,
    openIdTokens: [homeserver.openIdToken('@carol:example.org')],
    pepper: member((await api.get('/v2/hash_details', { token })).body, 'lookup_pepper'),
    sessions: sessions.map(({ sid, client_secret }) => ({ sid, client_secret })),
    invitation: {
      token: member(stored.body, 'token'),
      privateKey: row.ephemeral_private_key,
      reference: row.evidence_ref,
    },
    publicKeys: [row.ephemeral_public_key],
    xMatrix: homeserver.sign({
      destination: new URL(publicUrl).host,
      uri: '/_matrix/identity/v2/3pid/unbind',
      content: {},
      key: signingKeyFromSeed('ed25519:auto', Buffer.alloc(32, 1)),
    }),
  }
}
