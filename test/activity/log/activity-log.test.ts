import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createActivityLog, type ActivityLog } from '../../../src/activity/log/activity-log.ts'
import type { ActivityEntry } from '../../../src/activity/log/entry.ts'
import { purgeActivity } from '../../../src/activity/log/purge-activity.ts'
import { readActivity } from '../../../src/activity/log/query.ts'
import type { ActivityRow } from '../../../src/activity/log/row.ts'
import { subjectOf } from '../../../src/activity/log/subject.ts'
import type { Storage } from '../../../src/storage/storage.ts'
import { databases, type TestDatabase } from '../../support/databases.ts'
import { describeWith } from '../../support/skip.ts'
import { createTestRuntime, type TestRuntime } from '../../support/test-runtime.ts'
import { testKeyRing } from './support/key-ring.ts'

const DAY_MS = 86_400_000
const address = { medium: 'email', address: 'bob@example.org' } as const

function lookup(changes: Partial<ActivityEntry> = {}): ActivityEntry {
  return { kind: 'lookup', action: 'request', outcome: 'ok', address, ...changes }
}

for (const { kind, unavailable, create } of databases()) {
  describeWith(kind, unavailable, `the activity log on ${kind}`, () => {
    let database: TestDatabase
    let storage: Storage
    let runtime: TestRuntime
    let addresses: 'masked' | 'hashed' | 'full'
    let log: ActivityLog
    let told: ActivityRow[]

    beforeEach(async () => {
      database = await create()
      runtime = createTestRuntime()
      storage = await database.open(runtime)
      addresses = 'masked'
      told = []
      log = createActivityLog({
        ...{ storage, runtime, keyRing: testKeyRing, processId: 'one', addresses: () => addresses },
        written: (rows) => told.push(...rows),
      })
    })
    afterEach(async () => {
      await log.stop()
      await database.dispose()
    })

    const stored = async () => {
      await log.flush()
      return (await readActivity(storage.db, { filter: {}, limit: 10_000 })).rows
    }

    it('keeps of an address what the configuration lets it, and finds it in every case', async () => {
      log.record(lookup())
      await log.flush()
      addresses = 'hashed'
      log.record(lookup())
      await log.flush()
      addresses = 'full'
      log.record(lookup())
      expect((await stored()).map((row) => row.address)).toEqual(['bob@example.org', null, 'b***@e***.org'])
      const filter = { subject: subjectOf(testKeyRing, address) }
      expect((await readActivity(storage.db, { filter, limit: 10 })).rows).toHaveLength(3)
    })

    it('masks addresses in reasons', async () => {
      log.record(lookup({ reason: 'no mailbox bob@example.org here' }))
      expect((await stored())[0]?.reason).toBe('no mailbox b***@e***.org here')
    })

    it('gives back what it was given', async () => {
      const entry = lookup({
        ...{ mxid: '@bob:x', source: 'list', durationMs: 1.4, code: 'M_X', request: 'req-1' },
        requester: { user: '@a:x', server: 'x', ip: '192.0.2.1' },
        details: { asked: 3, algorithm: 'none' },
      })
      log.record(entry)
      expect((await stored())[0]).toMatchObject({
        ...{ mxid: '@bob:x', source: 'list', durationMs: 1, code: 'M_X', medium: 'email' },
        ...{ requester: entry.requester, details: entry.details, at: runtime.clock.now() },
      })
    })

    it('tells of rows once they are stored, with the ids under which they are found', async () => {
      for (let i = 0; i < 5; i++) log.record(lookup({ details: { i } }))
      expect(told).toEqual([])
      expect((await stored()).toReversed()).toEqual(told)
      expect(told.map(({ details }) => details['i'])).toEqual([0, 1, 2, 3, 4])
    })

    it('writes a row of one origin once', async () => {
      for (let i = 0; i < 3; i++) log.record(lookup({ origin: 'invitation 7' }))
      await log.flush()
      log.record(lookup({ origin: 'invitation 7' }))
      expect(await stored()).toHaveLength(1)
      expect(told).toHaveLength(1)
    })

    it('drops the oldest rows under overload, and says how many', async () => {
      for (let i = 0; i < 5_000; i++) log.record(lookup({ details: { i } }))
      const rows = await stored()
      const loss = rows.find((row) => row.kind === 'loss')
      expect(log.lost()).toBeGreaterThan(0)
      expect(loss?.details).toEqual({ rows: log.lost() })
      expect(rows.length - 1 + log.lost()).toBe(5_000)
      expect(rows.some(({ details }) => details['i'] === 4_999)).toBe(true)
      expect(rows.some(({ details }) => details['i'] === 0)).toBe(false)
    })

    it('has no room for details while many rows wait', async () => {
      expect(log.hasRoom()).toBe(true)
      for (let i = 0; i < 200; i++) log.record(lookup())
      expect(log.hasRoom()).toBe(false)
      await log.flush()
      expect(log.hasRoom()).toBe(true)
    })

    it('counts what the database does not take, and goes on', async () => {
      await storage.db.schema.alterTable('activity').renameTo('elsewhere').execute()
      for (let i = 0; i < 3; i++) log.record(lookup())
      await log.flush()
      expect(log.lost()).toBe(3)
      await storage.db.schema.alterTable('elsewhere').renameTo('activity').execute()
      log.record(lookup())
      expect((await stored()).map((row) => row.kind)).toEqual(['loss', 'lookup'])
    })

    it('writes what waits when it stops, and takes nothing more', async () => {
      log.record(lookup())
      await log.stop()
      log.record(lookup())
      expect(await stored()).toHaveLength(1)
    })

    it('forgets what is too old, and what is too much', async () => {
      for (let i = 0; i < 10; i++) log.record(lookup({ details: { i } }))
      await log.flush()
      runtime.clock.advance(2 * DAY_MS)
      for (let i = 10; i < 15; i++) log.record(lookup({ details: { i } }))
      await log.flush()
      expect(await purgeActivity(storage, runtime, { keepMs: DAY_MS, maxRows: 1_000 })).toBe(10)
      expect(await purgeActivity(storage, runtime, { keepMs: DAY_MS, maxRows: 2 })).toBe(3)
      expect((await stored()).map(({ details }) => details['i'])).toEqual([14, 13])
    })

    describe('is narrowed down', () => {
      const cases: readonly (readonly [string, object, readonly string[]])[] = [
        ['kind', { kind: ['bind', 'unbind'] }, ['c', 'b']],
        ['outcome', { outcome: ['refused'] }, ['d']],
        ['user, as the one who asks and as the one asked for', { user: '@u:x' }, ['b', 'a']],
        ['server, as the one who asks and as the one asked', { server: 'peer.example' }, ['d', 'c']],
        ['time', { from: Date.UTC(2026, 0, 1) + 1_000, to: Date.UTC(2026, 0, 1) + 2_000 }, ['c', 'b']],
        ['all of them together', { kind: ['bind'], user: '@u:x' }, ['b']],
      ]
      for (const [what, filter, expected] of cases) {
        it(`by ${what}`, async () => {
          const base = Date.UTC(2026, 0, 1)
          log.record({ kind: 'lookup', action: 'a', outcome: 'ok', at: base, requester: { user: '@u:x' } })
          log.record({ kind: 'bind', action: 'b', outcome: 'ok', at: base + 1_000, mxid: '@u:x' })
          const source = 'federation peer.example'
          log.record({ kind: 'unbind', action: 'c', outcome: 'ok', at: base + 2_000, source })
          const requester = { server: 'peer.example' }
          log.record({ kind: 'federation-in', action: 'd', outcome: 'refused', at: base + 3_000, requester })
          await log.flush()
          const { rows } = await readActivity(storage.db, { filter, limit: 10 })
          expect(rows.map(({ action }) => action)).toEqual(expected)
        })
      }
    })
  })
}
