import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../support/poll.ts'
import { admin, botUser, startBotWorld, type BotWorld } from './support/bot-world.ts'

let world: BotWorld
beforeAll(async () => {
  world = await startBotWorld()
})
afterAll(() => world.stop())

const noticesIn = (room: string) => world.homeserver.notices.filter(({ roomId }) => roomId === room)
const asked = (part: string) => world.homeserver.peer.seen.filter(({ url }) => url.includes(part)).length

async function ask(path: string, init: { method?: string; token?: string; body?: unknown } = {}) {
  const { method = 'GET', token, body } = init
  const response = await fetch(`${world.signpost.publicAddress}${path}`, {
    method,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

test('the same transaction acts once: twice at a time, again later, and after a restart', async () => {
  const room = world.roomWithBot([admin])
  const events = [world.homeserver.message(room, admin, '!ping')]
  expect(await Promise.all([world.tell(events, 'a1'), world.tell(events, 'a1')])).toEqual([200, 200])
  await eventually(() => noticesIn(room).length === 1, { what: 'the answer' })
  const before = asked('/send/')
  await world.tell(events, 'a1')
  await world.restart()
  await world.tell(events, 'a1')
  await world.settled()
  expect(asked('/send/')).toBe(before)
})

test('an event acts once, whatever transactions it comes in', async () => {
  const room = world.roomWithBot([admin])
  const event = world.homeserver.message(room, admin, '!ping')
  await world.tell([event], 'b1')
  await world.tell([event, world.homeserver.message(room, '@other:example.org', 'hello')], 'b2')
  await world.settled()
  expect(noticesIn(room)).toEqual([{ roomId: room, text: 'Pong!' }])
  expect(asked(encodeURIComponent(`answer ${event.event_id}`))).toBe(1)
})

test('transactions that arrive in another order all act, and a number that begins anew is no repetition', async () => {
  const room = world.roomWithBot([admin])
  const [first, second, third] = ['!ping', '!help', '!status'].map((text) =>
    world.homeserver.message(room, admin, text),
  )
  await world.tell([second], 'c2')
  await world.tell([first], 'c1')
  await world.tell([third], 'c1')
  await eventually(() => noticesIn(room).length === 3, { what: 'three answers' })
})

test('what the homeserver did not take is tried again, and a command is not carried out again for that', async () => {
  const room = world.roomWithBot([admin])
  world.homeserver.refuse('/send/', 502)
  await world.tell([world.homeserver.message(room, admin, '!ping')])
  await eventually(() => asked('/send/') > 0 && asked(encodeURIComponent(room)) > 1, { what: 'an attempt' })
  world.homeserver.refuse('/send/', null)
  await eventually(
    () => {
      world.clock.advance(30_000)
      world.signpost.outbox.wake()
      return noticesIn(room).length === 1
    },
    { what: 'the answer', intervalMs: 200 },
  )
})

test('the bot joins whoever may command it, and rejects everybody else', async () => {
  const mine = world.homeserver.room([admin])
  const foreign = world.homeserver.room(['@stranger:example.org'])
  await world.tell([
    world.homeserver.invitation(mine, admin, botUser),
    world.homeserver.invitation(foreign, '@stranger:example.org', botUser),
  ])
  await eventually(() => world.homeserver.membersOf(mine).has(botUser), { what: 'the bot to join' })
  await eventually(() => asked(`${encodeURIComponent(foreign)}/leave`) === 1, { what: 'the rejection' })
})

test('an invitation whose time is over is rejected in the name of its user', async () => {
  const room = world.homeserver.room([admin])
  const expired = '@_signpost_expired:example.org'
  await world.tell([world.homeserver.invitation(room, admin, expired)])
  await eventually(
    () => asked(`${encodeURIComponent(room)}/leave?user_id=${encodeURIComponent(expired)}`) === 1,
    { what: 'the rejection' },
  )
  expect(world.homeserver.users.has(expired)).toBe(true)
})

test('a transaction takes header and query token, with the prefix and without, and refuses all others', async () => {
  const body = { events: [] }
  const path = '/_matrix/app/v1/transactions/d1'
  expect(await ask(path, { method: 'PUT', token: 'hs-token', body })).toEqual({ status: 200, body: {} })
  expect(await ask('/transactions/d2?access_token=hs-token', { method: 'PUT', body })).toEqual({
    status: 200,
    body: {},
  })
  expect(await ask(path, { method: 'PUT', body })).toMatchObject({ status: 401 })
  expect(await ask(path, { method: 'PUT', token: 'as-token', body })).toMatchObject({
    status: 403,
    body: { errcode: 'M_FORBIDDEN' },
  })
  expect(await ask(path, { method: 'PUT', token: 'hs-token', body: { events: 1 } })).toMatchObject({
    status: 400,
  })
})

test('a ping, questions for users and for rooms are answered', async () => {
  const token = 'hs-token'
  const user = (mxid: string) => ask(`/_matrix/app/v1/users/${encodeURIComponent(mxid)}`, { token })
  expect(await ask('/_matrix/app/v1/ping', { method: 'POST', token, body: { transaction_id: 'x' } })).toEqual(
    { status: 200, body: {} },
  )
  expect(await user('@_signpost_expired:example.org')).toEqual({ status: 200, body: {} })
  expect(await user('@anna:example.org')).toMatchObject({ status: 404, body: { errcode: 'M_NOT_FOUND' } })
  expect(await ask('/_matrix/app/v1/rooms/%23a%3Aexample.org', { token })).toMatchObject({ status: 404 })
  expect(await ask('/_matrix/app/v1/users/%40a%3Ab')).toMatchObject({ status: 401 })
})

test('events that nobody can read stop none of the others', async () => {
  const room = world.roomWithBot([admin])
  const odd = [
    null,
    1,
    {},
    { event_id: '$x', content: [] },
    { ...world.homeserver.message(room, admin, '!ping'), sender: 'x' },
  ]
  expect(await world.tell([...odd, world.homeserver.message(room, admin, '!ping')])).toBe(200)
  await eventually(() => noticesIn(room).length === 1, { what: 'the answer' })
})

test('nothing is there while it is switched off', async () => {
  await world.configure({ appservice: { enabled: false } })
  expect(await ask('/_matrix/app/v1/ping', { method: 'POST', token: 'hs-token', body: {} })).toMatchObject({
    status: 404,
    body: { errcode: 'M_UNRECOGNIZED' },
  })
  await world.configure({})
})
