import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../support/poll.ts'
import { admin, botUser, startBotWorld, type BotWorld } from './support/bot-world.ts'

const silence = () => new Promise<void>(() => {})

let world: BotWorld
beforeAll(async () => {
  world = await startBotWorld({ network: { timeout: '1s' } })
})
afterAll(() => world?.stop())

/** Has everything that waits tried again, until it is so. */
const inTheEnd = (isSo: () => boolean, what: string) =>
  eventually(
    () => {
      world.clock.advance(10_000)
      world.signpost.outbox.wake()
      return isSo()
    },
    { what, intervalMs: 200, timeoutMs: 30_000 },
  )

test('a homeserver that keeps silent has its transactions taken, and what follows from them once it speaks', async () => {
  const { homeserver } = world
  const invited = homeserver.room([admin])
  const room = world.roomWithBot([admin])
  homeserver.stepIn(silence)
  expect(await world.tell([homeserver.invitation(invited, admin, botUser)], 'one')).toBe(200)
  expect(await world.tell([homeserver.message(room, admin, '!ping')], 'two')).toBe(200)
  // While it asks about a user, it is asked back, and answers nothing.
  const path = `/_matrix/app/v1/users/${encodeURIComponent(botUser)}`
  const headers = { authorization: 'Bearer hs-token' }
  const asked = await fetch(world.signpost.publicAddress + path, { headers })
  expect(asked.status).toBe(504)
  const tried = () => homeserver.peer.seen.filter(({ url }) => url.includes('/join/')).length
  await eventually(() => tried() > 0, { what: 'an attempt' })
  homeserver.stepIn(null)
  await inTheEnd(() => homeserver.membersOf(invited).has(botUser), 'the bot to join')
  await inTheEnd(() => homeserver.notices.some(({ roomId }) => roomId === room), 'the answer')
  await world.settled()
  expect(homeserver.notices.filter(({ roomId }) => roomId === room)).toEqual([
    { roomId: room, text: 'Pong!' },
  ])
})

test('a homeserver that breaks off its answers has the bot say everything once', async () => {
  const { homeserver } = world
  const room = world.roomWithBot([admin])
  let broken = 0
  homeserver.stepIn((path, moment) => {
    if (!path.includes('/send/') || moment !== 'answered' || broken > 1) return
    broken++
    return silence()
  })
  await world.tell([homeserver.message(room, admin, '!ping')])
  const sent = () =>
    homeserver.peer.seen.filter(({ url }) => url.includes(`${encodeURIComponent(room)}/send/`))
  await inTheEnd(() => sent().length > 2, 'a third attempt')
  await world.settled()
  homeserver.stepIn(null)
  expect(homeserver.notices.filter(({ roomId }) => roomId === room)).toEqual([
    { roomId: room, text: 'Pong!' },
  ])
})
