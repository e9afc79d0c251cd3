import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openKeyRing } from '../../src/keys/key-ring.ts'
import { systemClock, systemRandom } from '../../src/system.ts'
import { eventually } from '../support/poll.ts'
import { describeWith } from '../support/skip.ts'
import { provideSynapse } from '../support/synapse-unpack.ts'
import { createTestRuntime } from '../support/test-runtime.ts'
import {
  joinOnceInvited,
  signUrlIn,
  startOrganisation,
  type Organisation,
  type Person,
} from './support/organisation.ts'

const { unavailable } = await provideSynapse()

describeWith('Synapse', unavailable, 'An invitation by e-mail through a real Synapse', () => {
  let organisation: Organisation
  let alice: Person

  beforeAll(async () => {
    organisation = await startOrganisation()
    alice = await organisation.person('alice')
  })

  afterAll(() => organisation.stop())

  const mailTo = (address: string) => organisation.mail.waitFor(({ to }) => to.includes(address))
  const mailsTo = (address: string) => organisation.mail.messages.filter(({ to }) => to.includes(address))

  /** The tokens of the invitations that stand in a room. */
  async function standingIn(room: string): Promise<string[]> {
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/state`
    const { body } = await organisation.synapse.request('GET', path, { token: alice.accessToken })
    const events = body as { type: string; state_key: string }[]
    return events.filter(({ type }) => type === 'm.room.third_party_invite').map((event) => event.state_key)
  }

  test('lets in who has the acceptance signed by the link of the mail, without any address being bound', async () => {
    const { synapse, client } = organisation
    const room = await organisation.createRoom(alice, { name: 'Signed' })
    await organisation.invite(alice, room, 'sam@example.org')
    const sam = await synapse.register('sam', 'secret')
    const mail = await mailTo('sam@example.org')

    const signed = await client.request('POST', signUrlIn(mail.parsed.text, sam.userId))
    expect(signed).toMatchObject({ status: 200, body: { mxid: sam.userId, sender: alice.userId } })
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/join`
    const body = { third_party_signed: signed.body }
    const joined = await synapse.request('POST', path, { token: sam.accessToken, body })

    expect(joined).toEqual({ status: 200, body: { room_id: room } })
    expect(await organisation.membership(room, alice, sam.userId)).toBe('join')
  })

  test('that was used by the link counts as accepted: who binds the address afterwards stays in the room', async () => {
    const { synapse, client, signpost } = organisation
    const room = await organisation.createRoom(alice, { name: 'Link first' })
    await organisation.invite(alice, room, 'lina@example.org')
    const lina = await organisation.person('lina')
    const mail = await mailTo('lina@example.org')
    const { body: third_party_signed } = await client.request(
      'POST',
      signUrlIn(mail.parsed.text, lina.userId),
    )
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/join`
    await synapse.request('POST', path, { token: lina.accessToken, body: { third_party_signed } })

    await organisation.validateAndBind(lina, 'lina@example.org')
    await signpost.outbox.idle()

    const invitation = await signpost.storage.db
      .selectFrom('invitations')
      .select(['state', 'signed_mxid'])
      .where('address', '=', 'lina@example.org')
      .executeTakeFirstOrThrow()
    expect(invitation).toEqual({ state: 'accepted', signed_mxid: lina.userId })
    expect(await organisation.membership(room, alice, lina.userId)).toBe('join')
  })

  test('arrives after the signing key was replaced', async () => {
    const room = await organisation.createRoom(alice, { name: 'Rotated' })
    await organisation.invite(alice, room, 'rita@example.org')
    await organisation.restartSignpost({}, async () => {
      const runtime = { ...createTestRuntime(), clock: systemClock, random: systemRandom }
      await (await openKeyRing(join(organisation.dataDir, 'signing-keys.json'), runtime)).rotate()
    })
    const rita = await organisation.person('rita')

    await organisation.validateAndBind(rita, 'rita@example.org')
    await joinOnceInvited(organisation.synapse, rita, room)

    expect(await organisation.membership(room, alice, rita.userId)).toBe('join')
  })

  test('to an address in capitals reaches its owner, and arrives when the owner publishes it in small letters', async () => {
    const room = await organisation.createRoom(alice, { name: 'Capitals' })
    expect(await organisation.invite(alice, room, 'Carol.Capital@Example.ORG')).toBe(200)
    await mailTo('carol.capital@example.org')
    const carol = await organisation.person('carol')

    await organisation.validateAndBind(carol, 'carol.capital@example.org')
    await joinOnceInvited(organisation.synapse, carol, room)

    expect(await organisation.membership(room, alice, carol.userId)).toBe('join')
  })

  test('that is sent twice brings one mail and one event in the room', async () => {
    const room = await organisation.createRoom(alice, { name: 'Twice' })
    await organisation.invite(alice, room, 'tom@example.org')
    await mailTo('tom@example.org')
    await organisation.invite(alice, room, 'tom@example.org')
    const tom = await organisation.person('tom')

    // The validation mail comes after whatever the second invitation would have queued.
    await organisation.validate(tom, 'tom@example.org')

    expect(mailsTo('tom@example.org')).toHaveLength(2)
    expect(await standingIn(room)).toHaveLength(1)
  })

  test('into a space speaks of a space', async () => {
    const space = await organisation.createRoom(alice, {
      name: 'Wonderland',
      creation_content: { type: 'm.space' },
    })
    await organisation.invite(alice, space, 'sophie@example.org')

    const { parsed } = await mailTo('sophie@example.org')

    expect(parsed.text).toContain('alice invites you to the space “Wonderland”')
    expect(parsed.subject).toContain('Wonderland')
  })

  test('into a room without a name speaks of a chat', async () => {
    const { synapse, idServer } = organisation
    const id = { id_server: idServer, id_access_token: alice.identityToken }
    const created = await synapse.request('POST', '/_matrix/client/v3/createRoom', {
      token: alice.accessToken,
      body: {
        is_direct: true,
        preset: 'trusted_private_chat',
        invite_3pid: [{ ...id, medium: 'email', address: 'dan@example.org' }],
      },
    })
    expect(created.status).toBe(200)

    const { parsed } = await mailTo('dan@example.org')

    expect(parsed.text).toContain('alice would like to chat with you')
  })

  test('arrives although the homeserver was down when the address was bound', async () => {
    const { synapse, client } = organisation
    const room = await organisation.createRoom(alice, { name: 'Patience' })
    await organisation.invite(alice, room, 'paul@example.org')
    const paul = await organisation.person('paul')
    const session = await organisation.validate(paul, 'paul@example.org')
    const onbind = () =>
      organisation.signpost.storage.db
        .selectFrom('outbox')
        .select(['state', 'attempts'])
        .where('kind', '=', 'onbind')
        .orderBy('created_at', 'desc')
        .executeTakeFirstOrThrow()

    await synapse.restart(async () => {
      const body = { ...session, mxid: paul.userId }
      const bound = await client.request('POST', '/v2/3pid/bind', { token: paul.identityToken, body })
      expect(bound.status).toBe(200)
      await eventually(async () => (await onbind()).attempts > 0, { what: 'the first attempt' })
      await eventually(async () => (await onbind()).state === 'queued', { what: 'its failure' })
    })
    await joinOnceInvited(synapse, paul, room, 40_000)

    expect(await organisation.membership(room, alice, paul.userId)).toBe('join')
  }, 90_000)

  test('to somebody the homeserver does not find goes to them at once, where the configuration says deliver', async () => {
    const { synapse, mail } = organisation
    await organisation.restartSignpost({ invitations: { whenAlreadyBound: 'deliver' } })
    const erin = await organisation.person('erin')
    await organisation.validateAndBind(erin, 'erin@example.org')
    const room = await organisation.createRoom(alice, { name: 'Delivered' })
    const before = mail.messages.length

    // Synapse hashes what was typed, and so finds nobody.
    expect(await organisation.invite(alice, room, 'ERIN@example.org')).toBe(200)
    await joinOnceInvited(synapse, erin, room)

    expect(await organisation.membership(room, alice, erin.userId)).toBe('join')
    expect(mail.messages).toHaveLength(before)
  })
})
