import { afterEach, beforeEach, expect, test } from 'vitest'
import { createOutboxWorker, type OutboxHandler, type OutboxWorker } from '../../src/notify/outbox-worker.ts'
import { enqueue, listOutbox } from '../../src/notify/outbox.ts'
import type { OutboxResult, Postponed } from '../../src/notify/outbox-handler.ts'
import type { Storage } from '../../src/storage/storage.ts'
import { databases, type TestDatabase } from '../support/databases.ts'
import { eventually } from '../support/poll.ts'
import { describeWith } from '../support/skip.ts'
import { createTestRuntime, type TestRuntime } from '../support/test-runtime.ts'

const HOUR_MS = 3_600_000
const unreachable: OutboxResult = { result: 'retry', error: 'unreachable', receiver: 'down' }
const done: OutboxResult = { result: 'done' }

for (const { kind, unavailable, create } of databases()) {
  describeWith(kind, unavailable, `lanes of the outbox on ${kind}`, () => {
    let runtime: TestRuntime
    let database: TestDatabase
    let storage: Storage
    let worker: OutboxWorker
    let attempted: string[]
    let postponed: Postponed[]
    let answer: (key: string, lane: string | null) => OutboxResult | Promise<OutboxResult>

    beforeEach(async () => {
      runtime = createTestRuntime()
      database = await create()
      storage = await database.open(runtime)
      attempted = []
      postponed = []
      answer = () => done
      worker = newWorker()
    })
    afterEach(async () => {
      await worker.stop()
      await database.dispose()
    })

    function newWorker(): OutboxWorker {
      const handler: OutboxHandler = {
        deliver: async ({ dedupeKey, lane }) => {
          attempted.push(dedupeKey)
          return await answer(dedupeKey, lane)
        },
        postponed: async (_entry, what) => void postponed.push(what),
      }
      return createOutboxWorker({ storage, runtime, handlers: { onbind: handler } })
    }

    /** Rows of one lane, due in the order of their numbers. */
    const fill = (lane: string, count: number) =>
      storage.transaction(async (tx) => {
        const now = runtime.clock.now()
        for (let n = 0; n < count; n++) {
          const dedupeKey = `${lane} ${String(n).padStart(3, '0')}`
          const message = { kind: 'onbind', lane, dedupeKey, payload: {} }
          await enqueue(tx, runtime, {
            ...message,
            expiresAt: now + 1_000 * HOUR_MS,
            notBefore: now - 1000 + n,
          })
        }
      })
    const later = async (ms: number) => {
      runtime.clock.advance(ms)
      attempted = []
      await worker.idle()
    }

    test('let a few messages for one receiver be under way, and those for others pass', async () => {
      await fill('slow', 20)
      await fill('quick', 3)
      const gate = Promise.withResolvers<OutboxResult>()
      answer = (_key, lane) => (lane === 'slow' ? gate.promise : done)
      const idle = worker.idle()
      const count = (lane: string) => attempted.filter((key) => key.startsWith(lane)).length
      await eventually(() => count('quick') === 3 && count('slow') >= 4, { what: 'the others to pass' })
      expect(count('slow')).toBe(4)
      gate.resolve(done)
      await idle
      expect(attempted).toHaveLength(23)
    })

    test('wait as a whole while their receiver is down, and are tried by one message at a time', async () => {
      await fill('dead', 50)
      answer = () => unreachable
      await worker.idle()
      expect(attempted.length).toBeLessThanOrEqual(4)
      for (let round = 0; round < 5; round++) {
        await later(HOUR_MS)
        expect(attempted).toHaveLength(1)
      }
      const rows = await listOutbox(storage.db)
      expect(rows.every(({ lastError }) => lastError === 'unreachable')).toBe(true)
      expect(postponed.at(-1)).toMatchObject({ error: 'unreachable', heldLane: 'dead' })
    })

    test('are emptied in their order as soon as the receiver is back', async () => {
      await fill('dead', 30)
      answer = () => unreachable
      await worker.idle()
      await later(HOUR_MS)
      answer = () => done
      await later(HOUR_MS)
      // What became due a few milliseconds after the first.
      const first = attempted
      await later(1_000)
      const all = [...first, ...attempted]
      expect(all).toEqual([...all].sort())
      expect(all).toHaveLength(30)
    })

    test('are tried by a new message at once, whose success frees them all', async () => {
      await fill('dead', 5)
      answer = () => unreachable
      await worker.idle()
      for (let round = 0; round < 15; round++) await later(HOUR_MS)
      answer = () => done
      await fill('dead', 6)
      await later(10)
      expect(attempted[0]).toBe('dead 005')
      expect(attempted).toHaveLength(6)
    })

    test('do not wait for a message that is refused for reasons of its own', async () => {
      await fill('fussy', 10)
      answer = (key) => (key.endsWith('000') ? { result: 'retry', error: 'no', receiver: 'up' } : done)
      await worker.idle()
      expect(new Set(attempted).size).toBe(10)
      expect(postponed.map(({ heldLane }) => heldLane)).toEqual([null])
    })

    test('try another message next when there was no answer, as that one may be the reason', async () => {
      await fill('dull', 5)
      const poison = new Set(['dull 000', 'dull 001'])
      answer = (key) => (poison.has(key) ? { result: 'retry', error: 'no answer', receiver: 'silent' } : done)
      await worker.idle()
      for (let round = 0; round < 4; round++) await later(HOUR_MS)
      const rows = await storage.db.selectFrom('outbox').select(['dedupe_key', 'state']).execute()
      const open = rows.filter(({ state }) => state !== 'done').map(({ dedupe_key }) => dedupe_key)
      expect(new Set(open)).toEqual(poison)
    })

    test('keep waiting over a restart', async () => {
      await fill('dead', 10)
      answer = () => unreachable
      for (let round = 0; round < 12; round++) await later(HOUR_MS)
      await worker.stop()
      worker = newWorker()
      await later(60_000)
      expect(attempted).toEqual([])
    })

    test('honour the time a receiver asks for, and the back-off where that is longer', async () => {
      await fill('busy', 1)
      answer = () => ({ ...unreachable, atLeastMs: 5 * 60_000 })
      await worker.idle()
      await later(5 * 60_000 - 1)
      expect(attempted).toEqual([])
      await later(1)
      expect(attempted).toHaveLength(1)
      for (let round = 0; round < 12; round++) await later(2 * HOUR_MS)
      await later(5 * 60_000)
      expect(attempted).toEqual([])
    })
  })
}
