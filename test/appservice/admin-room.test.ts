import { afterAll, beforeAll, expect, test } from 'vitest'
import { tellAdminRoom } from '../../src/appservice/admin-room.ts'
import { createTestRuntime } from '../support/test-runtime.ts'
import { outboxRow } from '../storage/rows.ts'
import { botUser, startBotWorld, type BotWorld } from './support/bot-world.ts'

const WEEK_MS = 7 * 86_400_000
const users = ['@admin:example.org']

let world: BotWorld
let room: string
beforeAll(async () => {
  world = await startBotWorld()
  room = world.homeserver.room(users)
  const tokens = { asToken: 'as-token', hsToken: 'hs-token' }
  await world.configure({
    appservice: { enabled: true, ...tokens, bot: { enabled: true, users, adminRoom: room } },
  })
})
afterAll(() => world.stop())

const said = () => world.homeserver.notices.filter(({ roomId }) => roomId === room).map(({ text }) => text)

async function tell(): Promise<void> {
  const { storage, config } = world.signpost
  const runtime = { ...createTestRuntime(), clock: world.clock }
  await tellAdminRoom({ storage, runtime, config: () => config.current() })
  world.signpost.outbox.wake()
  await world.settled()
}

async function fail(id: string, kind: string, dedupeKey: string): Promise<void> {
  const now = world.clock.now()
  const failed = {
    state: 'failed',
    last_error: 'no such mailbox',
    finished_at: now,
    created_at: now,
  } as const
  await world.signpost.storage.db
    .insertInto('outbox')
    .values({ ...outboxRow(id), ...failed, kind, dedupe_key: dedupeKey })
    .execute()
}

test('hears of nothing that failed before it was there, and of everything after, once', async () => {
  await fail('old', 'email', 'bound x')
  world.clock.advance(1_000)
  await tell()
  expect(said()).toEqual([])
  world.clock.advance(1_000)
  await fail('one', 'email', 'invitation abc 5')
  await fail('two', 'onbind', 'onbind def @a:x 5')
  await fail('own', 'appservice', 'appservice x')
  await tell()
  expect(said()).toEqual([
    [
      'A mail could not be delivered: no such mailbox (!invite show abc)',
      'An invitation could not be delivered: no such mailbox (!invite show def)',
    ].join('\n'),
  ])
  // The bot has joined by itself: it was invited before anybody could hear of it.
  expect(world.homeserver.membersOf(room).has(botUser)).toBe(true)
  world.clock.advance(60_000)
  await tell()
  expect(said()).toHaveLength(1)
})

test('reads a summary every week', async () => {
  world.clock.advance(WEEK_MS)
  await tell()
  expect(said().at(-1)).toMatch(/^The last seven days\nInvitations by address: 0 made.*\nAddresses bound: 0/)
  const soFar = said().length
  world.clock.advance(WEEK_MS / 2)
  await tell()
  expect(said()).toHaveLength(soFar)
})
