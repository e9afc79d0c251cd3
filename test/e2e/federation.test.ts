import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import type { ConfigInput } from '../../src/config/schema.ts'
import { federationPath } from '../../src/federation/wire.ts'
import { loopbackAddress } from '../support/loopback-address.ts'
import { eventually } from '../support/poll.ts'
import { describeWith } from '../support/skip.ts'
import { provideSynapse } from '../support/synapse-unpack.ts'
import { createIdentityClient, type IdentityClient } from './support/identity-client.ts'
import {
  homeserverKeys,
  isAuthentic,
  isEventSignedBy,
  isSignedBy,
  signpostKeys,
  type PublicKeys,
} from './support/network-signatures.ts'
import { networkUnavailable, startNetwork, type Member, type Network } from './support/network.ts'
import { joinOnceInvited, linkIn, type Person } from './support/organisation.ts'
import type { Exchange } from './support/recording-proxy.ts'

const unavailable = networkUnavailable() ?? (await provideSynapse()).unavailable

const cache = { found: '1s', notFound: '1s', unreachable: '1s' }
/** From here the homeserver of alice asks her Signpost. */
const homeserverAddress = loopbackAddress()
const atHs1: ConfigInput = {
  federation: { outbound: { cache }, recursion: { networks: [homeserverAddress] } },
  invitations: { whenAlreadyBound: 'deliver', resolveEvery: '1s' },
}
const dansAddress = 'dan@school.example'
const erinsAddress = 'erin@school.example'
const listedAddress = 'dan.listed@school.example'

/** One story, told in order: each test goes on where the one before it ended. */
describeWith('Synapse and dnsmasq', unavailable, 'Two organisations that know nothing of each other', () => {
  let network: Network
  let hs1: Member
  let hs2: Member
  let alice: Person
  let bob: Person
  let carol: Person
  let dan: Person
  let erin: Person
  let legacy: { fromHomeserver: IdentityClient; fromElsewhere: IdentityClient }

  beforeAll(async () => {
    network = await startNetwork({ hs1: atHs1, hs2: {} })
    hs1 = network.hs1
    hs2 = network.hs2
    ;[alice, bob, carol] = await Promise.all([hs1.person('alice'), hs1.person('bob'), hs1.person('carol')])
    ;[dan, erin] = await Promise.all([hs2.person('dan'), hs2.person('erin')])
    await hs2.validateAndBind(dan, dansAddress)
    await list(hs2, listedAddress, dan.userId)
    const { connection, publicUrl } = hs1
    legacy = {
      fromHomeserver: createIdentityClient(publicUrl, { ...connection, localAddress: homeserverAddress }),
      fromElsewhere: createIdentityClient(publicUrl, { ...connection, localAddress: loopbackAddress() }),
    }
  })

  afterAll(async () => {
    await Promise.all([legacy?.fromHomeserver.close(), legacy?.fromElsewhere.close()])
    await network?.stop()
  })

  /** A lookup in clear at Signpost 1, which is what lets it ask others. */
  const find = (person: Person, address: string) => findAt(hs1, person.identityToken, address)

  const lookups = (of: Member) =>
    of.toSignpost.exchanges.filter(({ url }) => url === `${federationPath}/lookup`)

  test('alice finds dan by his address: her Signpost asks his, and nobody had to configure that', async () => {
    expect(await find(alice, dansAddress)).toBe(dan.userId)
    expect(lookups(hs2)).toHaveLength(1)
    expect(await find(bob, dansAddress)).toBe(dan.userId)
    expect(await find(carol, listedAddress)).toBe(dan.userId)
    expect(await find(alice, 'nobody@school.example')).toBeNull()
  })

  test('question and answer are signed by the homeserver names, with the keys that the two Signposts publish', async () => {
    const [keys1, keys2] = await Promise.all([signpostKeys(hs1), signpostKeys(hs2)])
    expect(lookups(hs2).length).toBeGreaterThan(0)
    for (const { status, body, answer } of lookups(hs2)) {
      expect(status).toBe(200)
      expect(isSignedBy(hs1.synapse.serverName, JSON.parse(body), keys1)).toBe(true)
      expect(isSignedBy(hs2.synapse.serverName, JSON.parse(answer), keys2)).toBe(true)
      expect(JSON.parse(body)).toMatchObject({ destination: hs2.mailDomain, algorithm: 'sha256' })
    }
  })

  test("alice's homeserver finds him by the older API, with a signed answer; outsiders learn nothing that way", async () => {
    const path = `/api/v1/lookup?medium=email&address=${encodeURIComponent(dansAddress)}`
    const answer = await legacy.fromHomeserver.request('GET', path)

    expect(answer).toMatchObject({ status: 200, body: { mxid: dan.userId, address: dansAddress } })
    expect(isSignedBy(hs1.synapse.serverName, answer.body, await signpostKeys(hs1))).toBe(true)
    expect(await legacy.fromElsewhere.request('GET', path)).toEqual({ status: 200, body: {} })
  })

  test('dan himself, with an account at the Signpost of alice, cannot make it ask anybody', async () => {
    const token = await hs1.client.register(await hs2.synapse.openIdToken(dan))
    const before = hs2.toSignpost.exchanges.length

    expect(await findAt(hs1, token, 'carol@school.example')).toBeNull()
    expect(hs2.toSignpost.exchanges).toHaveLength(before)
  })

  const refusals: readonly (readonly [string, ConfigInput, { bound: boolean; listed: boolean }])[] = [
    ['answers nobody', { federation: { inbound: { enabled: false } } }, { bound: false, listed: false }],
    [
      'publishes other domains only',
      { federation: { inbound: { domains: ['staff.example'] } } },
      { bound: false, listed: false },
    ],
    [
      'publishes its directories only',
      { federation: { inbound: { associations: false } } },
      { bound: false, listed: true },
    ],
    [
      'does not publish the directory he is in',
      { federation: { inbound: { backends: [] } } },
      { bound: true, listed: false },
    ],
    ['publishes everything again', {}, { bound: true, listed: true }],
  ]
  for (const [what, config, found] of refusals) {
    test(`dan is found as his organisation wants it when it ${what}`, async () => {
      await hs2.configureSignpost(config)
      const seen = async (address: string) => (await find(alice, address)) === dan.userId

      await eventually(
        async () => (await seen(dansAddress)) === found.bound && (await seen(listedAddress)) === found.listed,
        { what: 'the answers from before to be forgotten' },
      )
      // At home he is found all the time.
      expect(await findAt(hs2, erin.identityToken, dansAddress)).toBe(dan.userId)
    })
  }

  test('an invitation of alice to the address of dan reaches him at once', async () => {
    const room = await hs1.createRoom(alice, { name: 'The Tea Party' })

    expect(await hs1.invite(alice, room, dansAddress)).toBe(200)
    await joinOnceInvited(hs2.synapse, dan, room)

    expect(await hs1.membership(room, alice, dan.userId)).toBe('join')
    expect(hs1.mail.messages.filter(({ to }) => to.includes(dansAddress))).toEqual([])
  })

  test('an invitation to an address that nobody knows waits until erin binds it at her own Signpost, and she joins', async () => {
    const room = await hs1.createRoom(alice, { name: 'The Croquet Ground' })
    expect(await hs1.invite(alice, room, erinsAddress)).toBe(200)
    const mail = await hs1.mail.waitFor(({ to }) => to.includes(erinsAddress))
    expect(linkIn(mail.parsed.text)).toContain(encodeURIComponent(room).replace('!', '%21'))
    const before = counts()

    await hs2.validateAndBind(erin, erinsAddress)
    await joinOnceInvited(hs2.synapse, erin, room, 40_000)

    expect(await hs1.membership(room, alice, erin.userId)).toBe('join')
    expect(counts()).toEqual({ onbinds: before.onbinds + 1, exchanges: before.exchanges + 1 })
  })

  const onbinds = () => hs2.toHomeserver.exchanges.filter(({ url }) => url.endsWith('/3pid/onbind'))
  const exchanged = () =>
    hs1.toHomeserver.exchanges.filter(({ url }) => url.includes('/exchange_third_party_invite/'))
  const counts = () => ({ onbinds: onbinds().length, exchanges: exchanged().length })

  test('what the Signpost of alice signed for each of them is what the homeservers exchanged', async () => {
    const keys = await signpostKeys(hs1)
    const signed = onbinds().map(({ status, body }) => {
      expect(status).toBe(200)
      return onbindSchema.parse(JSON.parse(body)).invites[0]?.signed
    })

    expect(signed.map((each) => each?.mxid)).toEqual([dan.userId, erin.userId])
    for (const each of signed) expect(isSignedBy(hs1.synapse.serverName, each, keys)).toBe(true)
    expect(
      exchanged().map(({ body }) => exchangeSchema.parse(JSON.parse(body)).content.third_party_invite.signed),
    ).toEqual(signed)
  })

  test('every request between the homeservers is signed by the one who sent it', async () => {
    const [keys1, keys2] = await Promise.all([homeserverKeys(hs1), homeserverKeys(hs2)])
    const requests = (of: Member) => of.toHomeserver.exchanges.filter(isBetweenHomeservers)

    expect(requests(hs1).length).toBeGreaterThan(0)
    expect(requests(hs2).length).toBeGreaterThan(0)
    const forged = (of: Member, keys: PublicKeys) =>
      requests(of)
        .filter((each) => !isAuthentic(each, keys))
        .map(({ url }) => url)
    expect(forged(hs1, keys2)).toEqual([])
    expect(forged(hs2, keys1)).toEqual([])
  })

  test('the events of both invitations are signed by both homeservers', async () => {
    const [keys1, keys2] = await Promise.all([homeserverKeys(hs1), homeserverKeys(hs2)])
    const invites = hs2.toHomeserver.exchanges.filter(({ url }) =>
      url.startsWith('/_matrix/federation/v2/invite/'),
    )

    expect(invites).toHaveLength(2)
    for (const { body, answer } of invites) {
      expect(isEventSignedBy(hs1.synapse.serverName, eventIn(body), keys1)).toBe(true)
      expect(isEventSignedBy(hs2.synapse.serverName, eventIn(answer), keys2)).toBe(true)
    }
  })

  test('no address travelled in clear between the Signposts', () => {
    const all = [...hs1.toSignpost.exchanges, ...hs2.toSignpost.exchanges]
    const texts = all.map(({ url, body, answer }) => `${url} ${body} ${answer}`)
    expect(texts.length).toBeGreaterThan(0)
    expect(texts.filter((text) => text.includes('@school.example'))).toEqual([])
  })

  test('nothing of all that was worth a warning', () => {
    const lines = [hs1, hs2].flatMap(({ signpost }) => signpost.logText().split('\n'))
    expect(lines.filter((line) => /"level":"(warn|error)"/.test(line))).toEqual([])
  })
})

const eventIn = (text: string) => z.object({ event: z.unknown() }).parse(JSON.parse(text)).event
const signed = z.looseObject({ mxid: z.string() })
const onbindSchema = z.object({ invites: z.array(z.object({ signed })) })
const exchangeSchema = z.object({
  content: z.object({ third_party_invite: z.object({ signed }) }),
})

async function findAt({ client }: Member, token: string, address: string): Promise<string | null> {
  return (await client.lookupPlain(token, address))[address] ?? null
}

/** Puts an address into the list of an organisation, as `signpost list import` does. */
async function list({ signpost: { storage, index } }: Member, address: string, mxid: string): Promise<void> {
  const row = { source: 'list', medium: 'email', address, mxid, person: '', display_name: null }
  await storage.db.insertInto('directory_entries').values(row).execute()
  await index.rotate()
}

/** Whatever Signposts ask (tokens, onbind) and published keys carry no signature of a homeserver. */
function isBetweenHomeservers({ url }: Exchange): boolean {
  const open = [
    '/_matrix/federation/v1/3pid/onbind',
    '/_matrix/federation/v1/openid/',
    '/_matrix/key/',
    '/_matrix/federation/v1/version',
  ]
  return url.startsWith('/_matrix/federation/') && !open.some((path) => url.startsWith(path))
}
