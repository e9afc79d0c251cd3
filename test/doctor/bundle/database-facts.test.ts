import { afterAll, beforeAll, expect, test } from 'vitest'
import { databaseFacts } from '../../../src/doctor/bundle/database-facts.ts'
import { knownPeople } from '../../../src/doctor/bundle/known-people.ts'
import type { Storage } from '../../../src/storage/storage.ts'
import { databases, type TestDatabase } from '../../support/databases.ts'
import { describeWith } from '../../support/skip.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'

for (const { kind, unavailable, create } of databases()) {
  describeWith(kind, unavailable, `a bundle's look into a database of ${kind}`, () => {
    const { clock } = createTestRuntime()
    let database: TestDatabase
    let storage: Storage

    beforeAll(async () => {
      database = await create()
      storage = await database.open()
      const now = clock.now()
      const outbox = (id: string, state: 'queued' | 'failed', last_error: string | null) => ({
        id,
        kind: 'email',
        lane: null,
        dedupe_key: id,
        payload: '{"to":"anna@example.org"}',
        state,
        attempts: state === 'failed' ? 9 : 0,
        next_attempt_at: now,
        first_due_at: now,
        leased_until: null,
        attempt_started_at: null,
        last_error,
        created_at: now - 600_000,
        expires_at: now + 1,
        finished_at: null,
      })
      await storage.db
        .insertInto('outbox')
        .values([
          outbox('a', 'queued', null),
          outbox('b', 'failed', 'refused'),
          outbox('c', 'failed', 'refused'),
        ])
        .execute()
      const association = { medium: 'email', bound_at: now, not_before: now, not_after: now + 1 }
      await storage.db
        .insertInto('associations')
        .values({ ...association, address: 'anna@example.org', mxid: '@anna:example.org' })
        .execute()
      await storage.db
        .insertInto('accounts')
        .values({ user_id: '@b.o-b:example.org', created_at: now })
        .execute()
      await storage.db
        .insertInto('accounts')
        .values({ user_id: '@info:example.org', created_at: now })
        .execute()
      await storage.db.insertInto('peppers').values({ pepper: 'hidden-pepper', created_at: now }).execute()
    })
    afterAll(() => database.dispose())

    test('tells numbers, states and errors, and nothing of what the rows say', async () => {
      const facts = await databaseFacts(storage, clock)
      expect(facts).toMatchObject({
        kind,
        rows: { outbox: 3, associations: 1, accounts: 2, invitations: 0 },
        outbox: {
          errors: [{ kind: 'email', state: 'failed', error: 'refused', count: 2 }],
        },
        invitations: {},
        syncs: [],
        peppers: [{ createdAt: new Date(clock.now()).toISOString() }],
      })
      expect((facts['outbox'] as { states: object[] }).states).toContainEqual({
        kind: 'email',
        state: 'failed',
        count: 2,
        oldestMinutes: 10,
        mostAttempts: 9,
      })
      expect(JSON.stringify(facts)).not.toMatch(/hidden-pepper|anna/)
    })

    test('knows which words of a text are people, whatever stands around them', async () => {
      const texts = ['(Anna), b.o-b. and carl', 'info: nobody']
      expect(await knownPeople(storage.db, 'example.org', texts)).toEqual(new Set(['anna', 'b.o-b']))
      expect(await knownPeople(storage.db, 'example.org', [])).toEqual(new Set())
    })
  })
}
