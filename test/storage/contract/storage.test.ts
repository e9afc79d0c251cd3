import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkIntegrity } from '../../../src/storage/integrity.ts'
import type { Storage } from '../../../src/storage/storage.ts'
import { databases } from '../../support/databases.ts'
import type { TestDatabase } from '../../support/databases.ts'
import { describeWith } from '../../support/skip.ts'
import { invitationRow, sessionRow } from '../rows.ts'

for (const { kind, unavailable, create } of databases()) {
  describeWith(kind, unavailable, `storage on ${kind}`, () => {
    let database: TestDatabase
    let storage: Storage
    beforeEach(async () => {
      database = await create()
      storage = await database.open()
    })
    afterEach(() => database.dispose())

    const addAccount = (userId: string) =>
      storage.db.insertInto('accounts').values({ user_id: userId, created_at: 1 }).execute()

    test('keeps what was committed when it is closed and opened again', async () => {
      await addAccount('@alice:example.org')
      await storage.close()
      storage = await database.open()
      expect(await storage.db.selectFrom('accounts').selectAll().execute()).toEqual([
        { user_id: '@alice:example.org', created_at: 1 },
      ])
    })

    test('undoes the whole transaction when its work throws', async () => {
      const failing = storage.transaction(async (tx) => {
        await tx.insertInto('accounts').values({ user_id: '@alice:example.org', created_at: 1 }).execute()
        throw new Error('changed my mind')
      })
      await expect(failing).rejects.toThrow('changed my mind')
      expect(await storage.db.selectFrom('accounts').selectAll().execute()).toEqual([])
    })

    test('reads times beyond 32 bits as numbers', async () => {
      const time = Date.UTC(2126, 0, 1)
      await storage.db.insertInto('accounts').values({ user_id: '@a:b', created_at: time }).execute()
      const row = await storage.db.selectFrom('accounts').select('created_at').executeTakeFirstOrThrow()
      expect(row.created_at).toBe(time)
    })

    test('counts with numbers', async () => {
      await addAccount('@a:b')
      const row = await storage.db
        .selectFrom('accounts')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
      expect(row.count).toBe(1)
    })

    test('sorts text by bytes', async () => {
      for (const name of ['@b:x', '@ä:x', '@B:x', '@a:x', '@_:x']) await addAccount(name)
      const rows = await storage.db.selectFrom('accounts').select('user_id').orderBy('user_id').execute()
      expect(rows.map((row) => row.user_id)).toEqual(['@B:x', '@_:x', '@a:x', '@b:x', '@ä:x'])
    })

    test('tells addresses apart that differ in case', async () => {
      await addAccount('@a:x')
      await expect(addAccount('@A:x')).resolves.toBeDefined()
      await expect(addAccount('@a:x')).rejects.toThrow()
    })

    test('refuses text where an integer belongs', async () => {
      const writing = sql`insert into accounts (user_id, created_at) values ('@a:b', 'yesterday')`.execute(
        storage.db,
      )
      await expect(writing).rejects.toThrow()
    })

    test('refuses a token without an account', async () => {
      const writing = storage.db
        .insertInto('tokens')
        .values({ token_hash: 'x', user_id: '@no:x', created_at: 1 })
      await expect(writing.execute()).rejects.toThrow()
    })

    test('removes tokens and accepted terms together with their account', async () => {
      await addAccount('@a:b')
      await storage.db
        .insertInto('tokens')
        .values({ token_hash: 'x', user_id: '@a:b', created_at: 1 })
        .execute()
      await storage.db
        .insertInto('accepted_terms')
        .values({ user_id: '@a:b', url: 'u', accepted_at: 1 })
        .execute()
      await storage.db.deleteFrom('accounts').execute()
      expect(await storage.db.selectFrom('tokens').selectAll().execute()).toEqual([])
      expect(await storage.db.selectFrom('accepted_terms').selectAll().execute()).toEqual([])
    })

    test('refuses a second session for the same address and client secret', async () => {
      const add = (sid: string, secret: string) =>
        storage.db
          .insertInto('sessions')
          .values({ ...sessionRow(sid), address: 'a@b.example', client_secret_hash: secret })
          .execute()
      await add('1', 'secret')
      await expect(add('2', 'other')).resolves.toBeDefined()
      await expect(add('3', 'secret')).rejects.toThrow()
    })

    test.each(['token', 'ephemeral_public_key', 'evidence_ref'] as const)(
      'refuses two invitations with the same %s',
      async (column) => {
        const add = (id: string, changes: object) =>
          storage.db
            .insertInto('invitations')
            .values({ ...invitationRow(id), ...changes })
            .execute()
        await add('1', {})
        await expect(add('2', {})).resolves.toBeDefined()
        await expect(add('3', { [column]: invitationRow('1')[column] })).rejects.toThrow()
      },
    )

    test('a snapshot read sees one state while others write', async () => {
      await addAccount('@a:b')
      const seen = await storage.readSnapshot(async (tx) => {
        const count = async () => (await tx.selectFrom('accounts').selectAll().execute()).length
        const before = await count()
        await storage.transaction((writer) =>
          writer.insertInto('accounts').values({ user_id: '@c:d', created_at: 1 }).execute(),
        )
        return [before, await count()]
      })
      expect(seen).toEqual([1, 1])
      expect(await storage.db.selectFrom('accounts').selectAll().execute()).toHaveLength(2)
    })

    test('a snapshot read cannot write', async () => {
      const writing = storage.readSnapshot((tx) =>
        tx.insertInto('accounts').values({ user_id: '@a:b', created_at: 1 }).execute(),
      )
      await expect(writing).rejects.toThrow()
    })

    test('passes its own integrity check', async () => {
      expect(await checkIntegrity(storage)).toEqual({ ok: true, problems: [] })
    })

    test('closes once however often it is asked to', async () => {
      await Promise.all([storage.close(), storage.close()])
      await expect(storage.close()).resolves.toBeUndefined()
    })
  })
}
