import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { describeWith } from '../support/skip.ts'
import { runCampaign, type Tally } from './support/campaign.ts'
import { hostileRequest, type HostileRequest } from './support/hostile-requests.ts'
import { measureMemory } from './support/memory.ts'
import { createSeeded } from './support/seeded.ts'
import { createRawSender, injectRequest, mannerFor } from './support/send.ts'
import { startTarget, type Target } from './support/target.ts'

/**
 * What must never happen: that some request, however strange, ends in an answer nobody meant, in a crash, in a hang, or
 * costs memory for ever. What every answer has to be stands in `support/check-answer.ts`.
 *
 * Repeat a failure with `HOSTILE_SEED=<seed>`, and with `HOSTILE_FROM=<number>` to begin at that request.
 */
const seed = Number(process.env.HOSTILE_SEED ?? 20_301_111)
const first = Number(process.env.HOSTILE_FROM ?? 0)

/** Requests have numbers. Those from one of these on are sent in another way than those before. */
const MEASURED = 20_000
const LIMITED = 75_000
const OVER_SOCKETS = 80_000
const END = 100_000

/**
 * What 55,000 requests may leave behind. Caches are full after the first 20,000; a leak of 200 bytes per request would be
 * 11 MB. What the system counts includes holes between live objects, which come and go by tens of megabytes.
 */
const MAX_HEAP_GROWTH_MB = 10
const MAX_RSS_GROWTH_MB = 100

const unhandled: unknown[] = []
const noteUnhandled = (reason: unknown) => void unhandled.push(reason)
beforeAll(() => {
  process.on('unhandledRejection', noteUnhandled)
  process.on('uncaughtException', noteUnhandled)
})
afterAll(() => {
  process.off('unhandledRejection', noteUnhandled)
  process.off('uncaughtException', noteUnhandled)
})
afterEach(() => {
  expect(unhandled).toEqual([])
})

type Send = Parameters<typeof runCampaign>[0]['send']

async function attack(target: Target, from: number, to: number, send?: Send): Promise<Tally> {
  const { listener, known, secrets, world } = target
  return await runCampaign({
    from: Math.max(from, first),
    to,
    parallel: 16,
    request: (index) => hostileRequest(seed, index, listener.routes, known),
    send: send ?? ((request) => injectRequest(listener.app, request)),
    secrets,
    logText: world.appliance.logText,
  })
}

describe(`100,000 generated requests (HOSTILE_SEED=${seed})`, { timeout: 300_000 }, () => {
  let target: Target
  beforeAll(async () => {
    target = await startTarget()
  })
  afterAll(() => target.stop())

  it('aim at every route of the public listener', () => {
    const { routes } = target.listener
    const aimed = (request: HostileRequest) => `${request.method} ${request.route}`
    const all = Array.from({ length: 20_000 }, (_, index) =>
      hostileRequest(seed, index, routes, target.known),
    )
    const wanted = routes.map(({ method, url }) => `${method} ${url}`)
    expect(wanted.length).toBeGreaterThan(100)
    const reached = new Set(all.map(aimed))
    expect(wanted.filter((route) => !reached.has(route))).toEqual([])
  })

  it('get proper answers and cost no memory', async () => {
    await attack(target, 0, MEASURED)
    const before = await measureMemory()
    const tally = await attack(target, MEASURED, LIMITED)
    const after = await measureMemory()
    expect(after.heapMb - before.heapMb).toBeLessThan(MAX_HEAP_GROWTH_MB)
    expect(after.rssMb - before.rssMb).toBeLessThan(MAX_RSS_GROWTH_MB)
    // Enough of them get far into the server.
    if (first === 0) expect(tally.get(200)).toBeGreaterThan(5_000)
  })

  it('get proper answers where limits are on, 429 among them', async () => {
    await target.configure({ rateLimits: { enabled: true } })
    const tally = await attack(target, LIMITED, OVER_SOCKETS)
    await target.configure()
    expect(tally.get(429)).toBeGreaterThan(0)
  })

  it('get proper answers over real connections, slow and broken-off ones among them', async () => {
    const senders = Array.from({ length: 16 }, () => createRawSender(target.port))
    const send: Send = async (request, index, lane) =>
      (await senders[lane]?.send(request, mannerFor(createSeeded(seed + index)))) ?? null
    const tally = await attack(target, OVER_SOCKETS, END, send)
    for (const sender of senders) sender.close()
    const answered = [...tally.values()].reduce((sum, count) => sum + count, 0)
    // About 3 in 100 clients leave before the answer.
    expect(answered).toBeGreaterThan(0.94 * (END - OVER_SOCKETS))
  })

  it('leave a server that works', async () => {
    expect((await target.world.api.get('/health')).body).toEqual({ status: 'ok' })
    const [token = ''] = target.known.tokens
    expect((await target.world.api.get('/v2/account', { token })).status).toBe(200)
  })
})

// PostgreSQL refuses text that SQLite stores: NUL above all.
for (const { kind, unavailable, create } of databases().filter((each) => each.kind === 'postgres')) {
  describeWith(kind, unavailable, `8,000 generated requests on ${kind} (HOSTILE_SEED=${seed})`, () => {
    it('get proper answers', { timeout: 120_000 }, async () => {
      const database = await create()
      if (database.options.type !== 'postgres') throw new Error('not PostgreSQL')
      const target = await startTarget({ storage: { type: 'postgres', url: database.options.url } })
      const tally = await attack(target, 0, 8_000)
      expect(tally.get(200)).toBeGreaterThan(500)
      await target.stop()
      await database.dispose()
    })
  })
}
