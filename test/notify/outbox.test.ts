import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { claimNext } from '../../src/notify/outbox-claims.ts'
import { createOutboxWorker } from '../../src/notify/outbox-worker.ts'
import type {
  OutboxEntry,
  OutboxHandler,
  OutboxOutcome,
  OutboxResult,
  OutboxWorker,
} from '../../src/notify/outbox-worker.ts'
import { enqueue, listOutbox, retryNow } from '../../src/notify/outbox.ts'
import type { OutboxMessage } from '../../src/notify/outbox.ts'
import { openStorage } from '../../src/storage/storage.ts'
import type { Storage } from '../../src/storage/storage.ts'
import { databases } from '../support/databases.ts'
import type { TestDatabase } from '../support/databases.ts'
import { eventually } from '../support/poll.ts'
import { describeWith } from '../support/skip.ts'
import { createTestRuntime } from '../support/test-runtime.ts'
import type { TestRuntime } from '../support/test-runtime.ts'

const HOUR = 3_600_000

for (const { kind, unavailable, create } of databases()) {
  describeWith(kind, unavailable, `the outbox on ${kind}`, () => {
    let runtime: TestRuntime
    let database: TestDatabase
    let storage: Storage
    let workers: OutboxWorker[]
    beforeEach(async () => {
      runtime = createTestRuntime()
      database = await create()
      storage = await database.open(runtime)
      workers = []
    })
    afterEach(async () => {
      await Promise.all(workers.map((worker) => worker.stop()))
      await database.dispose()
    })

    const put = (key: string, changes: Partial<OutboxMessage> = {}) =>
      storage.transaction((tx) =>
        enqueue(tx, runtime, {
          kind: 'mail',
          dedupeKey: key,
          payload: { to: key },
          expiresAt: runtime.clock.now() + 24 * HOUR,
          ...changes,
        }),
      )

    function work(handler: OutboxHandler, leaseMs = 90_000): OutboxWorker {
      const worker = createOutboxWorker({
        storage,
        runtime,
        handlers: { mail: handler },
        pollMs: 20,
        leaseMs,
      })
      workers.push(worker)
      return worker
    }

    const answering = (...results: OutboxResult[]) => {
      const seen: OutboxEntry[] = []
      const deliver = async (entry: OutboxEntry): Promise<OutboxResult> => {
        seen.push(entry)
        return results.length > 1
          ? (results.shift() ?? { result: 'done' })
          : (results[0] ?? { result: 'done' })
      }
      return { seen, deliver }
    }

    const onlyRow = async () => storage.db.selectFrom('outbox').selectAll().executeTakeFirstOrThrow()

    test('delivers a message once and then empties it', async () => {
      expect(await put('a')).toBe(true)
      const handler = answering({ result: 'done' })
      const worker = work(handler)
      await worker.idle()
      await worker.idle()
      expect(handler.seen).toMatchObject([
        { payload: { to: 'a' }, attempts: 1, interrupted: false, attemptStartedAt: null },
      ])
      expect(await onlyRow()).toMatchObject({
        state: 'done',
        payload: '{}',
        finished_at: runtime.clock.now(),
      })
      expect(worker.stats()).toEqual({ inFlight: 0, delivered: 1, retried: 0, failed: 0 })
    })

    test('writes one message per cause, even after the first is done', async () => {
      await put('a')
      await work(answering()).idle()
      expect(await put('a')).toBe(false)
      expect(await listOutbox(storage.db)).toHaveLength(1)
    })

    test('forgets a message whose transaction failed', async () => {
      const failing = storage.transaction(async (tx) => {
        await enqueue(tx, runtime, {
          kind: 'mail',
          dedupeKey: 'a',
          payload: {},
          expiresAt: runtime.clock.now() + 1,
        })
        throw new Error('no')
      })
      await expect(failing).rejects.toThrow('no')
      expect(await listOutbox(storage.db)).toEqual([])
    })

    if (kind === 'sqlite') {
      test('looks for messages without waiting for another process that is writing', async () => {
        const guest = await openStorage({ ...database.options, guest: true }, runtime)
        await put('later', { notBefore: runtime.clock.now() + 1000 })
        await guest.transaction(async () => {
          const claim = claimNext(storage, {
            kinds: ['mail'],
            except: [],
            now: runtime.clock.now(),
            leaseMs: 1,
          })
          expect(await claim).toBeNull()
        })
        await guest.close()
      })
    }

    test('waits until a message may go out', async () => {
      await put('a', { notBefore: runtime.clock.now() + 1000 })
      const handler = answering()
      await work(handler).idle()
      expect(handler.seen).toEqual([])
      runtime.clock.advance(1000)
      await work(handler).idle()
      expect(handler.seen).toHaveLength(1)
    })

    test('has committed that an attempt begins before the handler runs', async () => {
      await put('a')
      const seen: unknown[] = []
      const deliver = async (): Promise<OutboxResult> => {
        seen.push(await onlyRow())
        return { result: 'done' }
      }
      await work({ deliver }).idle()
      expect(seen).toMatchObject([{ state: 'sending', attempts: 1, attempt_started_at: runtime.clock.now() }])
    })

    test('backs off twice as long after each failure, within a fifth, and an hour at most', async () => {
      await put('a', { expiresAt: runtime.clock.now() + 1000 * HOUR })
      const worker = work(answering({ result: 'retry', error: 'no answer' }))
      for (let attempt = 1; attempt <= 12; attempt++) {
        await worker.idle()
        const row = await onlyRow()
        expect(row).toMatchObject({ state: 'queued', attempts: attempt, last_error: 'no answer' })
        const delay = row.next_attempt_at - runtime.clock.now()
        const expected = Math.min(5_000 * 2 ** (attempt - 1), HOUR)
        expect(delay).toBeGreaterThanOrEqual(Math.floor(0.8 * expected))
        expect(delay).toBeLessThanOrEqual(Math.min(Math.ceil(1.2 * expected), HOUR))
        runtime.clock.advance(delay)
      }
    })

    test('waits as long as the handler says', async () => {
      await put('a')
      await work(answering({ result: 'retry', error: 'busy', afterMs: 123 })).idle()
      expect((await onlyRow()).next_attempt_at).toBe(runtime.clock.now() + 123)
    })

    test('takes an exception for a failed attempt and keeps only its class', async () => {
      await put('a')
      const deliver = async () => {
        throw new RangeError('secret@example.org refused')
      }
      await work({ deliver }).idle()
      expect(await onlyRow()).toMatchObject({ state: 'queued', last_error: 'RangeError' })
    })

    test('retires a message on an explicit refusal, keeping payload and error', async () => {
      await put('a')
      const outcomes: OutboxOutcome[] = []
      const finished = async (_: OutboxEntry, outcome: OutboxOutcome) => void outcomes.push(outcome)
      await work({ ...answering({ result: 'failed', error: '550' }), finished }).idle()
      expect(await onlyRow()).toMatchObject({ state: 'failed', last_error: '550', payload: '{"to":"a"}' })
      expect(outcomes).toEqual([{ result: 'failed', error: '550' }])
    })

    test('retires a message that expires, without another attempt, keeping the last error', async () => {
      await put('a', { expiresAt: runtime.clock.now() + 1000 })
      const outcomes: OutboxOutcome[] = []
      const handler = answering({ result: 'retry', error: 'greylisted' })
      const finished = async (_: OutboxEntry, outcome: OutboxOutcome) => void outcomes.push(outcome)
      const worker = work({ ...handler, finished })
      await worker.idle()
      runtime.clock.advance(1000)
      await worker.idle()
      expect(handler.seen).toHaveLength(1)
      expect(await onlyRow()).toMatchObject({ state: 'failed', last_error: 'greylisted' })
      expect(outcomes).toEqual([{ result: 'expired', error: 'greylisted' }])
    })

    test('lets the feature write in the transaction that retires the row', async () => {
      await put('a')
      await work({
        ...answering(),
        finished: async (entry, outcome, tx) => {
          await tx.insertInto('meta').values({ key: entry.id, value: outcome.result }).execute()
        },
      }).idle()
      const { id } = await onlyRow()
      const meta = await storage.db.selectFrom('meta').selectAll().where('key', '=', id).execute()
      expect(meta).toEqual([{ key: id, value: 'done' }])
    })

    test('records neither outcome nor change while the feature cannot write', async () => {
      await put('a')
      let failures = 2
      const handler = answering()
      await work({
        ...handler,
        finished: async (entry, _outcome, tx) => {
          await tx.insertInto('meta').values({ key: entry.id, value: 'x' }).execute()
          if (failures-- > 0) throw new Error('not yet')
        },
      }).idle()
      expect(handler.seen).toHaveLength(1)
      expect(await onlyRow()).toMatchObject({ state: 'done' })
    })

    test('gives a row whose lease ended to another worker, as interrupted, and ignores the first one', async () => {
      await put('a')
      let release: (result: OutboxResult) => void = () => {}
      const first = work({ deliver: () => new Promise((resolve) => (release = resolve)) })
      first.start()
      await eventually(async () => (await onlyRow()).state === 'sending', { what: 'the first attempt' })
      runtime.clock.advance(90_000)
      const second = answering({ result: 'done' })
      await work(second).idle()
      expect(second.seen).toMatchObject([{ interrupted: true, attempts: 2 }])
      release({ result: 'failed', error: 'late' })
      await eventually(() => first.stats().inFlight === 0, { what: 'the late answer' })
      expect(await onlyRow()).toMatchObject({ state: 'done', last_error: null })
    })

    test('cuts off a handler that never answers and leaves its row as interrupted', async () => {
      await put('a')
      const aborted: boolean[] = []
      const hanging = work(
        {
          deliver: (_, signal) =>
            new Promise(() => signal.addEventListener('abort', () => aborted.push(signal.aborted))),
        },
        50,
      )
      await hanging.idle()
      expect(aborted).toEqual([true])
      expect(await onlyRow()).toMatchObject({ state: 'sending', last_error: 'no answer in time' })
    })

    test('leaves messages alone that it has no handler for', async () => {
      await put('a', { kind: 'telegram' })
      await work(answering()).idle()
      expect(await onlyRow()).toMatchObject({ state: 'queued', attempts: 0 })
    })

    test('delivers what is enqueued while it runs, and nothing after it was stopped', async () => {
      const handler = answering()
      const worker = work(handler)
      worker.start()
      await put('a')
      worker.wake()
      await eventually(() => handler.seen.length === 1, { what: 'the delivery' })
      await worker.stop()
      await put('b')
      worker.wake()
      await worker.idle()
      expect(handler.seen).toHaveLength(1)
    })

    if (kind === 'postgres') {
      test('two processes deliver each message exactly once', async () => {
        for (let n = 0; n < 60; n++) await put(`${n}`)
        const delivered: string[] = []
        const deliver = async (entry: OutboxEntry): Promise<OutboxResult> => {
          await new Promise((resolve) => setTimeout(resolve, 2))
          delivered.push(entry.id)
          return { result: 'done' }
        }
        const other = await database.open(runtime)
        const pair = [
          work({ deliver }),
          createOutboxWorker({ storage: other, runtime, handlers: { mail: { deliver } } }),
        ]
        await Promise.all(pair.map((worker) => worker.idle()))
        expect(delivered).toHaveLength(60)
        expect(new Set(delivered).size).toBe(60)
      })

      test('goes on when the database server has dropped every connection', async () => {
        const handler = answering()
        work(handler).start()
        await put('a')
        await eventually(() => handler.seen.length === 1, { what: 'the first delivery' })
        await sql`select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() order by pid = pg_backend_pid()`
          .execute(storage.db)
          .catch(() => {})
        await eventually(() => put('b'), { what: 'a connection' })
        await eventually(() => handler.seen.length === 2, { what: 'the second delivery' })
        expect(new Set(handler.seen.map((entry) => entry.id)).size).toBe(2)
      })
    }

    test('tries a failed message again when an operator asks, with its lifetime from then', async () => {
      const hourMs = 3_600_000
      await put('a', { expiresAt: runtime.clock.now() + 2 * hourMs })
      runtime.clock.advance(3 * hourMs)
      await work(answering()).idle()
      const [row] = await listOutbox(storage.db, { states: ['failed'], kind: 'mail' })
      expect(row).toMatchObject({ state: 'failed', lastError: null })
      expect(await retryNow(storage.db, runtime, row?.id ?? '')).toBe(true)
      expect(await onlyRow()).toMatchObject({ state: 'queued', expires_at: runtime.clock.now() + 2 * hourMs })
      await work(answering()).idle()
      expect(await onlyRow()).toMatchObject({ state: 'done' })
      expect(await retryNow(storage.db, runtime, row?.id ?? '')).toBe(false)
    })

    test('gives a message that never had time an hour when an operator asks', async () => {
      await put('a', { expiresAt: runtime.clock.now() + 1000 })
      runtime.clock.advance(5000)
      await work(answering()).idle()
      const [row] = await listOutbox(storage.db, { states: ['failed'], kind: 'mail' })
      expect(await retryNow(storage.db, runtime, row?.id ?? '')).toBe(true)
      expect(await onlyRow()).toMatchObject({ state: 'queued', expires_at: runtime.clock.now() + 3_600_000 })
    })

    test('keeps a failed message for another attempt, unless its handler wants it forgotten', async () => {
      const failed = { result: 'failed', error: 'refused' } as const
      const forgetsFailed = ({ dedupeKey }: OutboxEntry) => dedupeKey === 'secret'
      await put('plain')
      await put('secret')
      await work({ ...answering(failed), forgetsFailed }).idle()
      const rows = await storage.db.selectFrom('outbox').selectAll().orderBy('dedupe_key').execute()
      expect(rows.map(({ state, payload }) => [state, payload])).toEqual([
        ['failed', '{"to":"plain"}'],
        ['failed', '{}'],
      ])
      expect(await Promise.all(rows.map(({ id }) => retryNow(storage.db, runtime, id)))).toEqual([
        true,
        false,
      ])
    })

    test('shows the newest rows first and never a payload', async () => {
      for (const key of ['a', 'b', 'c']) {
        await put(key)
        runtime.clock.advance(1)
      }
      const [newest, next] = await listOutbox(storage.db, { limit: 2 })
      expect(newest?.createdAt).toBeGreaterThan(next?.createdAt ?? Infinity)
      expect(newest).not.toHaveProperty('payload')
    })
  })
}
