import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../support/poll.ts'
import { describeWith } from '../support/skip.ts'
import { provideSynapse } from '../support/synapse-unpack.ts'
import { startFederationProxy, type FederationProxy } from './support/federation-proxy.ts'
import { joinOnceInvited, startOrganisation, type Organisation, type Person } from './support/organisation.ts'

const { unavailable } = await provideSynapse()

describeWith('Synapse', unavailable, 'What Synapse makes of an onbind', () => {
  const settleMs = 1_500
  let organisation: Organisation
  let proxy: FederationProxy
  let alice: Person

  beforeAll(async () => {
    organisation = await startOrganisation({ settleMs })
    const { synapse, authority } = organisation
    proxy = await startFederationProxy(synapse.clientUrl, await authority.issue(['127.0.0.1']))
    await organisation.restartSignpost({ matrix: { pins: { [synapse.serverName]: proxy.url } } })
    alice = await organisation.person('alice')
  })

  afterAll(async () => {
    await organisation.stop()
    await proxy.close()
  })

  /** The states of the `onbind` messages in the outbox, oldest first. */
  const states = () =>
    organisation.signpost.storage.db
      .selectFrom('outbox')
      .select(['state', 'attempts', 'last_error'])
      .where('kind', '=', 'onbind')
      .orderBy('created_at')
      .execute()

  test('begins with the question about the key of this very invitation', async () => {
    const room = await organisation.createRoom(alice)
    await organisation.invite(alice, room, 'anna@example.org')
    const anna = await organisation.person('anna')
    await organisation.validateAndBind(anna, 'anna@example.org')
    await joinOnceInvited(organisation.synapse, anna, room)

    const { evidence_ref, validity_asked_at } = await organisation.signpost.storage.db
      .selectFrom('invitations')
      .select(['evidence_ref', 'validity_asked_at'])
      .where('address', '=', 'anna@example.org')
      .executeTakeFirstOrThrow()
    expect(validity_asked_at).not.toBeNull()
    expect(await organisation.synapse.logText()).toContain(
      `/_matrix/identity/v2/pubkey/isvalid/${evidence_ref}?public_key=`,
    )
    expect(proxy.onbinds).toEqual(['pass'])
  })

  test('is known when the answer is lost: nothing is repeated, and who has joined stays in the room', async () => {
    const room = await organisation.createRoom(alice)
    await organisation.invite(alice, room, 'bob@example.org')
    const bob = await organisation.person('bob')
    proxy.next = 'lose-answer'
    await organisation.validateAndBind(bob, 'bob@example.org')
    await joinOnceInvited(organisation.synapse, bob, room)
    proxy.next = 'pass'

    const [, delivery] = await eventually(
      async () => ((await states())[1]?.state === 'done' ? await states() : null),
      { what: 'the delivery to be settled', timeoutMs: 15_000 },
    )

    expect(delivery).toMatchObject({ state: 'done', attempts: 2 })
    expect(proxy.onbinds).toEqual(['pass', 'lose-answer'])
    expect(await organisation.membership(room, alice, bob.userId)).toBe('join')
  })

  test('is nothing when the request is lost: it is repeated, and the invitation arrives', async () => {
    const room = await organisation.createRoom(alice)
    await organisation.invite(alice, room, 'carol@example.org')
    const carol = await organisation.person('carol')
    proxy.next = 'lose-request'
    await organisation.validateAndBind(carol, 'carol@example.org')
    await eventually(() => proxy.onbinds.includes('lose-request'), { what: 'the first attempt' })
    proxy.next = 'pass'

    await joinOnceInvited(organisation.synapse, carol, room)

    expect(proxy.onbinds).toEqual(['pass', 'lose-answer', 'lose-request', 'pass'])
  })

  test('does harm when it is repeated after the join: the reason for all this', async () => {
    const room = await organisation.createRoom(alice)
    await organisation.invite(alice, room, 'dora@example.org')
    const dora = await organisation.person('dora')
    await organisation.validateAndBind(dora, 'dora@example.org')
    await joinOnceInvited(organisation.synapse, dora, room)
    const replayed = await fetch(`${organisation.synapse.clientUrl}/_matrix/federation/v1/3pid/onbind`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: proxy.lastBody,
    })

    expect(replayed.status).toBe(200)
    expect(await organisation.membership(room, alice, dora.userId)).toBe('invite')
  })
})
