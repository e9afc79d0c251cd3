import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ConfigInput } from '../../src/config/schema.ts'
import { describeWith } from '../support/skip.ts'
import { eventually } from '../support/poll.ts'
import { provideSynapse } from '../support/synapse-unpack.ts'
import {
  invitedTo,
  joinOnceInvited,
  linkIn,
  startOrganisation,
  type Organisation,
  type Person,
} from './support/organisation.ts'

const { unavailable } = await provideSynapse()

const termsUrl = 'https://example.org/privacy-1.0.html'
const terms: ConfigInput['terms'] = {
  // The type that Zod infers wants the string members to be objects, too.
  privacy: { version: '1.0', en: { name: 'Privacy policy', url: termsUrl } } as never,
}

/** One story, told in order: each test goes on where the one before it ended. */
describeWith('Synapse', unavailable, 'With a real Synapse, over TLS under a private authority,', () => {
  let organisation: Organisation
  let alice: Person
  let bob: Person
  let room: string

  beforeAll(async () => {
    organisation = await startOrganisation({ config: { terms } })
  })

  afterAll(() => organisation.stop())

  test('a user opens an account with an OpenID token, and has to accept the terms first', async () => {
    const { client } = organisation
    alice = await organisation.person('alice')
    const token = alice.identityToken

    expect(await client.request('GET', '/v2/hash_details', { token })).toMatchObject({
      status: 403,
      body: { errcode: 'M_TERMS_NOT_SIGNED' },
    })
    const user_accepts = [termsUrl]
    expect(await client.request('POST', '/v2/terms', { token, body: { user_accepts } })).toEqual({
      status: 200,
      body: {},
    })
    expect(await client.request('GET', '/v2/account', { token })).toEqual({
      status: 200,
      body: { user_id: alice.userId },
    })
  })

  test('an address that was validated by the link of the mail and bound by the homeserver is found by its hash', async () => {
    await organisation.validateAndBind(alice, 'alice@example.org')

    expect(await organisation.client.lookup(alice.identityToken, 'alice@example.org')).toBe(alice.userId)
  })

  test('an invitation to an unknown address reaches its owner by mail, with room and sender', async () => {
    room = await organisation.createRoom(alice, { name: 'The Tea Party' })

    expect(await organisation.invite(alice, room, 'bob@example.org')).toBe(200)

    const mail = await organisation.mail.waitFor(({ to }) => to.includes('bob@example.org'))
    expect(mail.parsed.subject).toContain('The Tea Party')
    expect(mail.parsed.text).toContain('alice invites you to the room “The Tea Party”')
    expect(mail.parsed.text).toContain(alice.userId)
    expect(linkIn(mail.parsed.text)).toContain(`/#/room/${encodeURIComponent(room).replace('!', '%21')}?`)
  })

  test('the room shows the invited person without giving the address away', async () => {
    const { synapse } = organisation
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/state`
    const { body } = await synapse.request('GET', path, { token: alice.accessToken })
    const events = body as { type: string; content: Record<string, unknown> }[]
    const [invitation, ...others] = events.filter(({ type }) => type === 'm.room.third_party_invite')

    expect(others).toEqual([])
    expect(invitation?.content.display_name).toEqual(expect.any(String))
    expect(JSON.stringify(invitation)).not.toContain('bob@example.org')
    expect(invitation?.content.public_keys).toHaveLength(2)
  })

  test('the invitation arrives by itself when the invited person signs up and publishes the address', async () => {
    const { synapse, client } = organisation
    bob = await organisation.person('bob')
    const user_accepts = [termsUrl]
    await client.request('POST', '/v2/terms', { token: bob.identityToken, body: { user_accepts } })
    expect(await organisation.membership(room, alice, bob.userId)).toBeNull()

    await organisation.validateAndBind(bob, 'bob@example.org')
    await joinOnceInvited(synapse, bob, room)

    expect(await organisation.membership(room, alice, bob.userId)).toBe('join')
  })

  test('the next invitation to that address goes to the user directly, without a mail', async () => {
    const { synapse, mail } = organisation
    const before = mail.messages.length
    const other = await organisation.createRoom(alice, { name: 'The Croquet Ground' })

    expect(await organisation.invite(alice, other, 'bob@example.org')).toBe(200)

    await eventually(() => invitedTo(synapse, bob, other), { what: 'the direct invitation' })
    expect(mail.messages).toHaveLength(before)
  })

  test('an address that the homeserver unbinds is not found any more, and its owner hears of it', async () => {
    const { synapse, client, idServer, mail } = organisation
    const body = { medium: 'email', address: 'bob@example.org', id_server: idServer }
    const unbound = await synapse.request('POST', '/_matrix/client/v3/account/3pid/unbind', {
      token: bob.accessToken,
      body,
    })

    expect(unbound).toEqual({ status: 200, body: { id_server_unbind_result: 'success' } })
    expect(await client.lookup(alice.identityToken, 'bob@example.org')).toBeNull()
    const notice = await mail.waitFor(
      ({ to, parsed }) => to.includes('bob@example.org') && (parsed.text?.includes(bob.userId) ?? false),
    )
    expect(notice.parsed.text).toContain('bob@example.org')
  })

  test('the addresses of an account go with the account', async () => {
    const { synapse, client } = organisation
    await organisation.validateAndBind(bob, 'bob@example.org')
    expect(await client.lookup(alice.identityToken, 'bob@example.org')).toBe(bob.userId)

    const auth = {
      type: 'm.login.password',
      identifier: { type: 'm.id.user', user: 'bob' },
      password: 'secret',
    }
    const deactivated = await synapse.request('POST', '/_matrix/client/v3/account/deactivate', {
      token: bob.accessToken,
      body: { auth },
    })

    expect(deactivated).toEqual({ status: 200, body: { id_server_unbind_result: 'success' } })
    expect(await client.lookup(alice.identityToken, 'bob@example.org')).toBeNull()
  })

  test('nothing of all that was worth a warning', () => {
    const lines = organisation.signpost.logText().split('\n')
    expect(lines.filter((line) => /"level":"(warn|error)"/.test(line))).toEqual([])
    expect(lines.some((line) => line.includes('"level":"info"'))).toBe(true)
  })
})
