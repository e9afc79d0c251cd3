import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chartRanges } from '../../../src/admin/charts/contract.ts'
import { signInAsAdmin, type AdminClient } from '../../support/admin-client.ts'
import { startIdentityWorld, type IdentityWorld } from '../../support/identity-world.ts'

interface Charts {
  readonly steps: number
  readonly stepMs: number
  readonly from: number
  readonly lookups: { requests: (number | null)[]; found: (number | null)[]; p50: (number | null)[] }
  readonly binds: { bound: (number | null)[] }
  readonly messages: { sent: (number | null)[] }
}

let world: IdentityWorld
let admin: AdminClient
const alice = '@alice:example.org'

beforeAll(async () => {
  world = await startIdentityWorld()
  admin = await signInAsAdmin(world.appliance)
  const token = await world.login(alice)
  await world.bind(token, alice, 'alice@example.org')
  await world.lookup(token, 'alice@example.org')
  world.clock.advance(120_000)
  await world.lookup(token, 'nobody@example.org')
})
afterAll(() => world.stop())

async function charts(range: string): Promise<Charts> {
  const answer = await admin.get('/api/charts', { query: { range } })
  expect(answer.status, answer.text).toBe(200)
  return answer.body as Charts
}

describe('charts', () => {
  it('have every series at its full length in every range, the last step being now', async () => {
    for (const range of chartRanges) {
      const { steps, stepMs, from, lookups } = await charts(range)
      expect(lookups.requests).toHaveLength(steps)
      expect(from + steps * stepMs).toBeGreaterThan(world.clock.now())
      expect(from + (steps - 1) * stepMs).toBeLessThanOrEqual(world.clock.now())
      expect(lookups.requests.reduce((sum: number, each) => sum + (each ?? 0), 0)).toBe(2)
      expect(lookups.found.reduce((sum: number, each) => sum + (each ?? 0), 0)).toBe(1)
    }
  })

  it('put each event into the minute in which it happened, and leave out what nobody knows', async () => {
    const { lookups, binds, messages } = await charts('1h')
    expect(lookups.requests.slice(-3)).toEqual([1, null, 1])
    expect(lookups.p50.slice(-3)).toEqual([expect.any(Number), null, expect.any(Number)])
    expect(binds.bound.at(-3)).toBe(1)
    expect(messages.sent.at(-3)).toBe(1)
    expect(binds.bound.at(-1)).toBe(0)
  })

  it('show the beats of everything that was called', async () => {
    const answer = await admin.get('/api/charts/dependencies', { query: { range: '1h' } })
    expect(answer.status, answer.text).toBe(200)
    const { dependencies } = answer.body as {
      dependencies: readonly { id: string; beats: unknown[]; state: string }[]
    }
    const mail = dependencies.find(({ id }) => id === 'mail')
    expect(mail).toMatchObject({ state: 'ok', calls: 1, failures: 0 })
    expect(mail?.beats).toHaveLength(60)
    expect(mail?.beats.at(-3)).toMatchObject({ calls: 1, failures: 0 })
    expect(mail?.beats.at(-1)).toBeNull()
  })

  it('take no other range', async () => {
    expect((await admin.get('/api/charts', { query: { range: '2h' } })).status).toBe(400)
  })
})
