import { sql } from 'kysely'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { openStorage } from '../../src/storage/storage.ts'
import type { Storage } from '../../src/storage/storage.ts'
import { databases } from '../support/databases.ts'
import type { TestDatabase } from '../support/databases.ts'
import { freePort } from '../support/free-port.ts'
import { eventually } from '../support/poll.ts'
import { describeWith } from '../support/skip.ts'
import { createTestRuntime } from '../support/test-runtime.ts'

for (const { kind, unavailable, create } of databases().filter((database) => database.kind === 'postgres')) {
  describeWith(kind, unavailable, 'PostgreSQL storage', () => {
    const runtime = createTestRuntime()
    let database: TestDatabase
    let storage: Storage
    beforeEach(async () => {
      database = await create()
      storage = await database.open(runtime)
      await storage.db
        .insertInto('accounts')
        .values([
          { user_id: 'a', created_at: 0 },
          { user_id: 'b', created_at: 0 },
        ])
        .execute()
    })
    afterEach(() => database.dispose())

    test('refuses an integer that a number cannot hold', async () => {
      const reading = sql`select cast(9007199254740993 as bigint) as big`.execute(storage.db)
      await expect(reading).rejects.toThrow(RangeError)
    })

    test('repeats a transaction that was chosen to end a deadlock', async () => {
      let runs = 0
      let bothHoldOne: () => void = () => {}
      const meeting = new Promise<void>((resolve) => {
        bothHoldOne = resolve
      })
      const transfer = (first: string, second: string) =>
        storage.transaction(async (tx) => {
          const add = (userId: string) =>
            tx
              .updateTable('accounts')
              .set((eb) => ({ created_at: eb('created_at', '+', 1) }))
              .where('user_id', '=', userId)
              .execute()
          await add(first)
          if (++runs === 2) bothHoldOne()
          await meeting
          await add(second)
        })
      await Promise.all([transfer('a', 'b'), transfer('b', 'a')])
      expect(runs).toBe(3)
      const rows = await storage.db.selectFrom('accounts').select('created_at').execute()
      expect(rows).toEqual([{ created_at: 2 }, { created_at: 2 }])
    })

    test('gives up on a transaction that fails six times in a row', async () => {
      let runs = 0
      const failing = storage.transaction(async (tx) => {
        runs++
        await sql`do $$ begin raise exception using errcode = '40001'; end $$`.execute(tx)
      })
      await expect(failing).rejects.toMatchObject({ code: '40001' })
      expect(runs).toBe(6)
    })

    test('goes on with new connections after the server dropped all of them', async () => {
      await sql`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`.execute(storage.db)
      const kill = sql`select pg_terminate_backend(pg_backend_pid())`.execute(storage.db)
      await expect(kill).rejects.toThrow()
      // The pool may still lend a connection whose end has not reached this process.
      await eventually(
        async () => (await storage.db.selectFrom('accounts').selectAll().execute()).length === 2,
        { what: 'a new connection' },
      )
    })

    test('names itself to the server', async () => {
      const { rows } = await sql`select current_setting('application_name') as name`.execute(storage.db)
      expect(rows).toEqual([{ name: 'signpost' }])
    })

    test('a server that does not answer is named without the password', async () => {
      const port = await freePort()
      const url = `postgresql://signpost:sesame@127.0.0.1:${port}/signpost`
      const error: unknown = await openStorage({ type: 'postgres', url }, runtime).catch(
        (reason: unknown) => reason,
      )
      expect(error).toMatchObject({ code: 'database-unreachable' })
      expect(String(error)).not.toContain('sesame')
    })

    test('a database that does not exist is named as that', async () => {
      const url = (inject('postgresUrl') ?? '').replace('/postgres?', '/nowhere?')
      await expect(openStorage({ type: 'postgres', url }, runtime)).rejects.toMatchObject({
        code: 'database-refused',
        likelyCause: 'The database does not exist.',
      })
    })
  })
}
