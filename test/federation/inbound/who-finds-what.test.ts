import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ConfigInput } from '../../../src/config/schema.ts'
import type { Medium } from '../../../src/matrix/threepid.ts'
import { createAuthority } from '../../support/certificate-authority.ts'
import { databases, type TestDatabase } from '../../support/databases.ts'
import { startDnsServer, type DnsServer } from '../../support/dns-server.ts'
import { lookupHash, member, startIdentityWorld, type IdentityWorld } from '../../support/identity-world.ts'
import { describeWith } from '../../support/skip.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { askSigned, startAskingSignpost, type AskingSignpost } from './support/asking-signpost.ts'

type Inbound = NonNullable<NonNullable<ConfigInput['federation']>['inbound']>
/** Asks for one address; the Matrix ID, or null. */
type Way = (medium: Medium, address: string) => Promise<string | null>

/** The network whose requests without a token count as ours. */
const homeserver = { 'x-forwarded-for': '10.1.2.3' }
const recursion = { networks: ['10.1.2.3'] }

const known = {
  'bound@open.example': '@bound:example.org',
  'bound@other.example': '@bound:example.org',
  'listed@open.example': '@listed:example.org',
  'staff@open.example': '@staff:example.org',
  '447700900001': '@phone:example.org',
} as const
const nobody = Object.fromEntries(Object.keys(known).map((address) => [address, null]))

/** What strangers find by a setting of `federation.inbound`. */
const settings: readonly (readonly [string, Inbound, object])[] = [
  ['nothing is restricted', {}, known],
  [
    'one domain and no phone numbers are published',
    { domains: ['Open.example'], phones: false },
    { ...known, 'bound@other.example': null, 447700900001: null },
  ],
  ['one backend is not published', { backends: ['list'] }, { ...known, 'staff@open.example': null }],
  [
    'own associations are not published',
    { associations: false },
    { ...known, 'bound@open.example': null, 'bound@other.example': null, 447700900001: null },
  ],
  ['no backend and no association is published', { backends: [], associations: false }, nobody],
  ['inbound federation is off', { enabled: false }, nobody],
]

const storageOf = ({ options }: TestDatabase): NonNullable<ConfigInput['storage']> =>
  options.type === 'sqlite' ? { type: 'sqlite' } : { type: 'postgres', url: options.url }

for (const { kind, unavailable, create } of databases()) {
  describeWith(kind, unavailable, `what is found from outside, on ${kind}`, () => {
    let database: TestDatabase
    let dns: DnsServer
    let world: IdentityWorld
    let peer: AskingSignpost
    let own: string
    let foreign: string
    beforeAll(async () => {
      database = await create()
      dns = await startDnsServer()
      const authority = await createAuthority(await createTempDir('authority'))
      world = await startIdentityWorld({
        storage: storageOf(database),
        backends: [
          { id: 'list', type: 'list' },
          { id: 'staff', type: 'list' },
        ],
        network: { dnsServers: [dns.address], caFile: authority.caFile, allowPrivate: ['127.0.0.1'] },
      })
      await fill()
      own = await world.login('@alice:example.org')
      foreign = await world.login('@mallory:other.example')
      const now = () => world.clock.now()
      peer = await startAskingSignpost({
        name: 'asking.example',
        destination: 'open.example',
        dns,
        authority,
        now,
      })
    })
    afterAll(async () => {
      await world.stop()
      await Promise.all([peer.close(), dns.close(), database.dispose()])
    })

    async function fill(): Promise<void> {
      const { db } = world.appliance.storage
      const valid = { bound_at: 1, not_before: 1, not_after: Number.MAX_SAFE_INTEGER }
      const associations = [
        { medium: 'email', address: 'bound@open.example', mxid: '@bound:example.org' },
        { medium: 'email', address: 'bound@other.example', mxid: '@bound:example.org' },
        { medium: 'msisdn', address: '447700900001', mxid: '@phone:example.org' },
      ]
      await db
        .insertInto('associations')
        .values(associations.map((row) => ({ ...row, ...valid })))
        .execute()
      const entries = [
        { source: 'list', address: 'listed@open.example', mxid: '@listed:example.org' },
        { source: 'staff', address: 'staff@open.example', mxid: '@staff:example.org' },
      ]
      const rest = { medium: 'email', person: '', display_name: null }
      await db
        .insertInto('directory_entries')
        .values(entries.map((row) => ({ ...row, ...rest })))
        .execute()
      await world.appliance.index.rotate()
    }

    const v1Single =
      (headers: Record<string, string> = {}): Way =>
      async (medium, address) => {
        const { body } = await world.api.get('/api/v1/lookup', { query: { medium, address }, headers })
        return (body as { mxid?: string }).mxid ?? null
      }
    const v1Bulk =
      (headers: Record<string, string> = {}): Way =>
      async (medium, address) => {
        const json = { threepids: [[medium, address]] }
        const { body } = await world.api.post('/api/v1/bulk_lookup', { json, headers })
        return (body as { threepids: string[][] }).threepids[0]?.[2] ?? null
      }
    const currentPepper = async (token: string) =>
      member((await world.api.get('/v2/hash_details', { token })).body, 'lookup_pepper')
    const v2 =
      (token: () => string, algorithm: 'none' | 'sha256'): Way =>
      async (medium, address) => {
        const pepper = await currentPepper(token())
        const entry = algorithm === 'none' ? `${address} ${medium}` : lookupHash(address, medium, pepper)
        const json = { algorithm, pepper, addresses: [entry] }
        const { body } = await world.api.post('/v2/lookup', { token: token(), json })
        return (body as { mappings: Record<string, string> }).mappings[entry] ?? null
      }
    const signed: Way = async (medium, address) => {
      const pepper = await currentPepper(own)
      const hash = lookupHash(address, medium, pepper)
      const { body } = await askSigned(world.api, peer.request({ pepper, addresses: [hash] }))
      return (body as { mappings?: Record<string, string> }).mappings?.[hash] ?? null
    }
    let rooms = 0
    const invitation =
      (path: string, sender: string, more: () => { token?: string }): Way =>
      async (medium, address) => {
        const json = { medium, address, sender, room_id: `!room${rooms++}:example.org` }
        const { status, body } = await world.api.post(`${path}/store-invite`, { json, ...more() })
        expect([200, 400]).toContain(status)
        return (body as { mxid?: string }).mxid ?? null
      }
    const ofForeign = () => ({ token: foreign })

    const strangers: readonly (readonly [string, Way])[] = [
      ['a v1 lookup', v1Single()],
      ['a v1 bulk lookup', v1Bulk()],
      ['a plain v2 lookup by a user of another homeserver', v2(() => foreign, 'none')],
      ['a hashed v2 lookup by a user of another homeserver', v2(() => foreign, 'sha256')],
      ['a signed lookup', signed],
      [
        'an invitation by a user of another homeserver',
        invitation('/v2', '@mallory:other.example', ofForeign),
      ],
      [
        'an invitation through v1 by somebody who claims to be our user',
        invitation('/api/v1', '@alice:example.org', () => ({})),
      ],
    ]
    const ours: readonly (readonly [string, Way])[] = [
      ['a v1 lookup from our network', v1Single(homeserver)],
      ['a v1 bulk lookup from our network', v1Bulk(homeserver)],
      ['a plain v2 lookup of our user', v2(() => own, 'none')],
      ['a hashed v2 lookup of our user', v2(() => own, 'sha256')],
      ['an invitation by our user', invitation('/v2', '@alice:example.org', () => ({ token: own }))],
    ]

    async function found(way: Way): Promise<object> {
      const answers = await Promise.all(
        Object.keys(known).map(
          async (address) =>
            [address, await way(address.includes('@') ? 'email' : 'msisdn', address)] as const,
        ),
      )
      return Object.fromEntries(answers)
    }

    describe.each(settings)('while %s', (_what, inbound, expected) => {
      beforeAll(() => world.configure({ federation: { inbound, recursion } }))

      it.each(strangers)('%s finds what is published', async (_name, way) => {
        expect(await found(way)).toEqual(expected)
      })

      it.each(ours)('%s finds everybody', async (_name, way) => {
        expect(await found(way)).toEqual(known)
      })
    })

    describe('a question to other servers', () => {
      beforeAll(() => world.configure({ federation: { outbound: { enabled: true }, recursion } }))
      const address = 'somebody@third.example'
      const asked = () => dns.questions.filter((each) => each.includes('third.example')).length

      // First, since an answer is remembered for a while.
      it.each(strangers)('is never caused by %s', async (_name, way) => {
        expect(await way('email', address)).toBeNull()
        expect(asked()).toBe(0)
      })

      it('is caused by our own user', async () => {
        await v2(() => own, 'none')('email', address)
        expect(asked()).toBe(1)
      })
    })
  })
}
