import { afterAll, beforeAll, expect, it } from 'vitest'
import { startIdentityWorld, type IdentityWorld } from '../support/identity-world.ts'
import { eventually } from '../support/poll.ts'

const alice = '@alice:example.org'
let world: IdentityWorld
let token: string
beforeAll(async () => {
  world = await startIdentityWorld()
  token = await world.login(alice)
})
afterAll(() => world.stop())

async function inviteAndBind(name: string, rooms: readonly string[]) {
  const mxid = `@${name}:example.org`
  const address = `${name}@example.com`
  for (const room_id of rooms) {
    await world.api.post('/v2/store-invite', {
      token,
      json: { medium: 'email', address, room_id, sender: alice },
    })
  }
  const own = await world.login(mxid)
  const session = await world.validateEmail(own, address)
  const answer = await world.api.post('/v2/3pid/bind', { token: own, json: { ...session, mxid } })
  return { mxid, address, answer }
}

it('the answer to a bind holds the association alone, with or without invitations', async () => {
  const members = ['address', 'medium', 'mxid', 'not_after', 'not_before', 'signatures', 'ts']
  for (const [name, rooms] of [
    ['first', ['!one:x', '!two:x']],
    ['second', []],
    ['third', ['!three:x']],
  ] as const) {
    const { answer } = await inviteAndBind(name, rooms)
    expect(Object.keys(answer.body as object).toSorted()).toEqual(members)
    expect(answer.text).not.toMatch(/!one|!two|!three|invites|token/)
  }
})

it('v1 lookups hold the association alone as well', async () => {
  for (const name of ['first', 'second', 'third']) {
    const { text } = await world.api.get('/api/v1/lookup', {
      query: { medium: 'email', address: `${name}@example.com` },
    })
    expect(text).toContain(`@${name}:example.org`)
    expect(text).not.toMatch(/!one|!two|!three|invites|token/)
  }
})

it('every homeserver request carries invitations of its own address only', async () => {
  world.clock.advance(10_000)
  world.appliance.outbox.wake()
  await eventually(() => world.homeserver.onbinds.length === 3, { what: 'three onbind requests' })
  await world.appliance.outbox.idle()
  const handed = world.homeserver.onbinds.map(({ body }) => [
    body.mxid,
    body.invites.map(({ room_id }) => room_id),
  ])
  expect(handed.toSorted()).toEqual([
    ['@first:example.org', ['!one:x']],
    ['@first:example.org', ['!two:x']],
    ['@third:example.org', ['!three:x']],
  ])
})
