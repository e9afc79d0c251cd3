import { afterEach, beforeEach, expect, test } from 'vitest'
import { latestChange, noteMappingChanges } from '../../../src/storage/mapping-changes.ts'
import { defaultPurgePolicy, purgeOldRows } from '../../../src/storage/purge.ts'
import type { InvitationState, OutboxState } from '../../../src/storage/schema.ts'
import type { Storage } from '../../../src/storage/storage.ts'
import { databases } from '../../support/databases.ts'
import type { TestDatabase } from '../../support/databases.ts'
import { describeWith } from '../../support/skip.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'
import { invitationRow, outboxRow, sessionRow } from '../rows.ts'

const DAY = 86_400_000

for (const { kind, unavailable, create } of databases()) {
  describeWith(kind, unavailable, `purging on ${kind}`, () => {
    const runtime = createTestRuntime()
    const ago = (days: number) => runtime.clock.now() - days * DAY
    let database: TestDatabase
    let storage: Storage
    beforeEach(async () => {
      database = await create()
      storage = await database.open()
    })
    afterEach(() => database.dispose())

    test('access tokens go a year after they were handed out, and their account stays', async () => {
      await storage.db.insertInto('accounts').values({ user_id: '@a:x', created_at: 1 }).execute()
      await storage.db
        .insertInto('tokens')
        .values([
          { token_hash: 'old', user_id: '@a:x', created_at: ago(365.1) },
          { token_hash: 'young', user_id: '@a:x', created_at: ago(364.9) },
        ])
        .execute()
      expect(await purgeOldRows(storage, runtime)).toMatchObject({ tokens: 1 })
      expect(await storage.db.selectFrom('tokens').select('token_hash').execute()).toEqual([
        { token_hash: 'young' },
      ])
      expect(await storage.db.selectFrom('accounts').select('user_id').execute()).toEqual([
        { user_id: '@a:x' },
      ])
    })

    test('sessions go five days after their last change', async () => {
      for (const [sid, days] of [
        ['old', 5.1],
        ['young', 4.9],
      ] as const) {
        await storage.db
          .insertInto('sessions')
          .values({ ...sessionRow(sid), created_at: ago(30), modified_at: ago(days) })
          .execute()
      }
      expect(await purgeOldRows(storage, runtime)).toMatchObject({ sessions: 1 })
      expect(await storage.db.selectFrom('sessions').select('sid').execute()).toEqual([{ sid: 'young' }])
    })

    test('messages go thirty days after they were done or failed, and never while they wait', async () => {
      const add = (id: string, state: OutboxState, finished_at: number | null) =>
        storage.db
          .insertInto('outbox')
          .values({ ...outboxRow(id), state, created_at: ago(90), finished_at })
          .execute()
      await add('done-old', 'done', ago(31))
      await add('failed-old', 'failed', ago(31))
      await add('done-young', 'done', ago(29))
      await add('queued', 'queued', null)
      await add('sending', 'sending', null)
      expect(await purgeOldRows(storage, runtime)).toMatchObject({ outbox: 2 })
      const left = await storage.db.selectFrom('outbox').select('id').orderBy('id').execute()
      expect(left.map((row) => row.id)).toEqual(['done-young', 'queued', 'sending'])
    })

    test('invitations go with their history when they have been over for 180 days', async () => {
      const add = async (id: string, state: InvitationState, expires: number, delivered: number | null) => {
        const row = {
          ...invitationRow(id),
          state,
          created_at: ago(400),
          expires_at: expires,
          delivered_at: delivered,
        }
        await storage.db.insertInto('invitations').values(row).execute()
        await storage.db
          .insertInto('invitation_history')
          .values({ invitation_id: id, at: 1, state, detail: '' })
          .execute()
      }
      await add('expired-old', 'expired', ago(181), null)
      await add('revoked-old', 'revoked', ago(181), null)
      await add('delivered-old', 'delivered', ago(390), ago(181))
      await add('delivered-late', 'delivered', ago(390), ago(10))
      await add('pending', 'pending', ago(181), null)
      await add('resolved', 'resolved', ago(181), null)
      expect(await purgeOldRows(storage, runtime)).toMatchObject({ invitations: 3 })
      const left = await storage.db.selectFrom('invitations').select('id').orderBy('id').execute()
      expect(left.map((row) => row.id)).toEqual(['delivered-late', 'pending', 'resolved'])
      expect(await storage.db.selectFrom('invitation_history').selectAll().execute()).toHaveLength(3)
    })

    test('works through many rows in bounded steps', async () => {
      const rows = Array.from({ length: 23 }, (_, index) => ({
        ...sessionRow(`${index}`),
        modified_at: ago(9),
      }))
      await storage.db.insertInto('sessions').values(rows).execute()
      await storage.transaction((tx) =>
        noteMappingChanges(
          tx,
          Array.from({ length: 23 }, (_, n) => ({ medium: 'email', address: `${n}` })),
        ),
      )
      const report = await purgeOldRows(storage, runtime, {
        ...defaultPurgePolicy,
        chunk: 5,
        mappingChanges: 4,
      })
      expect(report).toEqual({ tokens: 0, sessions: 23, outbox: 0, invitations: 0, mappingChanges: 19 })
      expect(await latestChange(storage.db)).toBe(23)
    })
  })
}
