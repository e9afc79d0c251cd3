import { afterEach, beforeEach, expect, test } from 'vitest'
import { followClock } from '../../../src/storage/clock-guard.ts'
import { acquireLease } from '../../../src/storage/leases.ts'
import { databases, type TestDatabase } from '../../support/databases.ts'
import { describeWith } from '../../support/skip.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'
import { outboxRow } from '../rows.ts'

const YEAR_MS = 365 * 86_400_000

for (const { kind, unavailable, create } of databases()) {
  describeWith(kind, unavailable, `a clock that goes back, on ${kind}`, () => {
    let database: TestDatabase
    beforeEach(async () => {
      database = await create()
    })
    afterEach(() => database.dispose())

    /** A database on which Signpost has worked while the clock was a year ahead. */
    async function openAfterYearAhead() {
      const now = createTestRuntime().clock.now()
      const ahead = createTestRuntime(now + YEAR_MS)
      const storage = await database.open(ahead)
      await storage.db
        .insertInto('outbox')
        .values([
          { ...outboxRow('retry'), next_attempt_at: now + YEAR_MS + 5_000 },
          { ...outboxRow('due'), next_attempt_at: now - 5_000 },
          { ...outboxRow('done'), next_attempt_at: now + YEAR_MS, finished_at: 1 },
        ])
        .execute()
      await acquireLease(storage, ahead, 'purge', 'somebody', 60_000)
      await storage.close()
      return now
    }

    test('what waits is sent when it was to be sent, and duties go on', async () => {
      const now = await openAfterYearAhead()
      const runtime = createTestRuntime(now)
      const storage = await database.open(runtime)
      const rows = await storage.db
        .selectFrom('outbox')
        .select(['id', 'next_attempt_at'])
        .orderBy('id')
        .execute()
      expect(rows).toEqual([
        { id: 'done', next_attempt_at: now + YEAR_MS },
        { id: 'due', next_attempt_at: now - 5_000 },
        { id: 'retry', next_attempt_at: now + 5_000 },
      ])
      expect(await acquireLease(storage, runtime, 'purge', 'another', 60_000)).toBe(true)
    })

    test('it is noticed while Signpost runs, too, and once', async () => {
      const runtime = createTestRuntime()
      const storage = await database.open(runtime)
      const dueIn = async (ms: number) => {
        await storage.db
          .updateTable('outbox')
          .set({ next_attempt_at: runtime.clock.now() + ms })
          .execute()
      }
      await storage.db.insertInto('outbox').values(outboxRow('a')).execute()
      await dueIn(1_000)
      runtime.clock.advance(-YEAR_MS)
      await followClock(storage.db, runtime)
      await followClock(storage.db, runtime)
      const { next_attempt_at } = await storage.db
        .selectFrom('outbox')
        .select('next_attempt_at')
        .executeTakeFirstOrThrow()
      expect(next_attempt_at).toBe(runtime.clock.now() + 1_000)
    })

    test('a small correction changes nothing', async () => {
      const runtime = createTestRuntime()
      const storage = await database.open(runtime)
      await acquireLease(storage, runtime, 'purge', 'somebody', 60_000)
      runtime.clock.advance(-60_000)
      await followClock(storage.db, runtime)
      expect(await acquireLease(storage, runtime, 'purge', 'another', 60_000)).toBe(false)
    })
  })
}
