import { afterEach, beforeEach, expect, test } from 'vitest'
import { createAway } from '../../../src/desktop/away.ts'
import { createLookupsToday } from '../../../src/desktop/lookups-today.ts'
import type { ToShell } from '../../../src/desktop/messages.ts'
import { startDesktopService, type DesktopService } from '../../../src/desktop/service.ts'
import { systemRandom } from '../../../src/system.ts'
import { startIdentityWorld, type IdentityWorld } from '../../support/identity-world.ts'
import { eventually } from '../../support/poll.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'

let world: IdentityWorld
let service: DesktopService | null = null
const heard: ToShell[] = []

beforeEach(async () => {
  world = await startIdentityWorld()
  heard.length = 0
})
afterEach(async () => {
  await service?.stop()
  service = null
  await world.stop()
})

const runtime = () => ({ ...createTestRuntime(), clock: world.clock, random: systemRandom })
const says = <T extends ToShell['type']>(type: T, matches: (m: Extract<ToShell, { type: T }>) => boolean) =>
  eventually(
    () =>
      heard.find(
        (each): each is Extract<ToShell, { type: T }> => each.type === type && matches(each as never),
      ),
    { what: `a message "${type}"` },
  )

async function listen(): Promise<void> {
  await service?.stop()
  service = await startDesktopService({
    appliance: world.appliance,
    admin: { oneTimeLink: async () => 'http://localhost/', resetPassword: async () => 'http://localhost/' },
    runtime: runtime(),
    lookups: createLookupsToday(world.clock),
    send: (message) => void heard.push(message),
  })
  await says('numbers', () => true)
}

async function invite(address: string): Promise<void> {
  const token = await world.login('@alice:example.org')
  const json = { medium: 'email', address, room_id: '!r:example.org', sender: '@alice:example.org' }
  expect((await world.api.post('/v2/store-invite', { token, json })).status).toBe(200)
}

async function bind(user: string, address: string): Promise<void> {
  await world.bind(await world.login(user), user, address)
  // Invitations that come together are handed over together, a moment later.
  world.clock.advance(60_000)
}

const stateOf = async (state: string) => {
  const { storage } = world.appliance
  return await storage.db
    .selectFrom('invitations')
    .select('id')
    .where('state', '=', state as never)
    .execute()
}

test('what waited while the machine slept is delivered when it wakes, and reported', async () => {
  await listen()
  world.homeserver.fail('onbind', 500)
  await invite('bob@example.com')
  await bind('@bob:example.org', 'bob@example.com')
  await eventually(() => world.appliance.outbox.stats().retried > 0, {
    what: 'a failed attempt',
  })

  service?.receive({ type: 'suspend' })
  world.clock.advance(6 * 3_600_000 + 600_000)
  world.homeserver.fail('onbind', null)
  service?.receive({ type: 'drain' })
  const report = await says('away', () => true)
  expect(report).toMatchObject({ awayMs: 22_200_000, deliveredLate: 1, needsYou: 0 })
  expect(await stateOf('delivered')).toHaveLength(1)
})

test('messages that wait for another attempt are tried at once after a sleep, not when their time comes', async () => {
  world.homeserver.fail('onbind', 500)
  await invite('bob@example.com')
  await bind('@bob:example.org', 'bob@example.com')
  await eventually(() => world.appliance.outbox.stats().retried > 0, { what: 'a failed attempt' })
  world.homeserver.fail('onbind', null)
  // The clock stands still: without the word of the shell the next attempt never becomes due.
  const away = createAway({ ...world.appliance, runtime: runtime() })
  expect(await away.end()).toBeNull()
  await eventually(async () => (await stateOf('delivered')).length === 1, { what: 'the delivery' })
})

test('an invitation that a homeserver refuses is news, once, and needs somebody until it is settled', async () => {
  await listen()
  world.homeserver.fail('onbind', 403)
  await invite('carol@example.com')
  await bind('@carol:example.org', 'carol@example.com')
  await eventually(
    async () => {
      // A refusal counts once it has lasted a while.
      world.clock.advance(60_000)
      return (await stateOf('failed')).length === 1
    },
    { what: 'the invitation to fail' },
  )
  const notice = await says('notice', ({ kind }) => kind === 'invitation-undeliverable')
  expect(notice.body).toContain('example.org')
  expect(JSON.stringify(heard)).not.toContain('carol')
  await says('numbers', ({ state, attention }) => state === 'attention' && attention.length === 1)
  await listen()
  expect(heard.filter(({ type }) => type === 'notice')).toHaveLength(1)
})

test('the count of lookups begins anew at midnight, where this machine is', () => {
  const { clock } = createTestRuntime(new Date(2026, 2, 29, 23, 59).getTime())
  const lookups = createLookupsToday(clock)
  lookups.count()
  expect(lookups.today()).toBe(1)
  clock.advance(120_000)
  expect(lookups.today()).toBe(0)
  lookups.count()
  expect(lookups.today()).toBe(1)
})
