import { readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { allMigrations } from '../../../src/storage/migrations/index.ts'
import type { Migration } from '../../../src/storage/migrations/migration.ts'
import { openSqliteReader } from '../../../src/storage/sqlite.ts'
import { databases } from '../../support/databases.ts'
import type { TestDatabase } from '../../support/databases.ts'
import { describeWith } from '../../support/skip.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'

/** The number of a migration that is not there yet. */
const next = allMigrations.length + 1

for (const { kind, unavailable, create } of databases()) {
  describeWith(kind, unavailable, `migrations on ${kind}`, () => {
    const runtime = createTestRuntime()
    const onSqlite = kind === 'sqlite' ? test : ignore
    const onPostgres = kind === 'postgres' ? test : ignore
    let database: TestDatabase
    beforeEach(async () => {
      database = await create()
    })
    afterEach(() => database.dispose())

    const snapshotFolder = () =>
      database.options.type === 'sqlite' ? join(dirname(database.options.file), 'snapshots') : ''
    const snapshots = async () => (await readdir(snapshotFolder()).catch((): string[] => [])).sort()

    test('an empty database gets every migration, and its record', async () => {
      const { db } = await database.open(runtime, { programVersion: '1.2.3' })
      const { rows } = await sql`select * from signpost_migrations`.execute(db)
      expect(rows).toEqual([
        ...allMigrations.map(({ number, name }) => ({
          number,
          name,
          applied_at: runtime.clock.now(),
          program_version: '1.2.3',
        })),
      ])
      expect(await db.selectFrom('meta').selectAll().orderBy('key').execute()).toEqual([
        { key: 'clock_seen', value: String(runtime.clock.now()) },
        { key: 'program_version', value: '1.2.3' },
      ])
    })

    test('an upgrade keeps the rows and applies what is missing, once', async () => {
      const first = await database.open(runtime)
      await first.db.insertInto('accounts').values({ user_id: '@a:b', created_at: 1 }).execute()
      await first.close()
      const upgraded = { migrations: [...allMigrations, addTable(next)] }
      await (await database.open(runtime, upgraded)).close()
      const { db } = await database.open(runtime, upgraded)
      expect(await db.selectFrom('accounts').selectAll().execute()).toHaveLength(1)
      expect(
        (await sql`select number from signpost_migrations order by number`.execute(db)).rows,
      ).toHaveLength(next)
    })

    test('a migration that fails undoes all that came with it', async () => {
      await (await database.open(runtime)).close()
      const failing: Migration = {
        number: next + 1,
        name: 'failing',
        up: async () => {
          throw new Error('cannot')
        },
      }
      const opening = database.open(runtime, { migrations: [...allMigrations, addTable(next), failing] })
      await expect(opening).rejects.toMatchObject({
        code: 'database-upgrade-failed',
        likelyCause: expect.stringContaining('as it was before'),
        cause: expect.objectContaining({ message: 'cannot' }),
      })
      const { db } = await database.open(runtime)
      await expect(sql`select * from ${sql.table(`extra_${next}`)}`.execute(db)).rejects.toThrow()
      expect((await sql`select number from signpost_migrations`.execute(db)).rows).toHaveLength(
        allMigrations.length,
      )
    })

    test('an upgrade after which something is missing is rolled back', async () => {
      const first = await database.open(runtime, { programVersion: '1.0.0' })
      await sql`alter table sessions drop column next_link`.execute(first.db)
      await first.close()
      const opening = database.open(runtime, { migrations: [...allMigrations, addTable(next)] })
      await expect(opening).rejects.toMatchObject({
        code: 'database-upgrade-failed',
        likelyCause: expect.stringContaining('lacks sessions.next_link'),
        fix: expect.stringContaining('Signpost 1.0.0'),
      })
      const { db } = await database.open(runtime)
      await expect(sql`select * from ${sql.table(`extra_${next}`)}`.execute(db)).rejects.toThrow()
    })

    onSqlite('an upgrade that leaves dangling references is rolled back', async () => {
      await (await database.open(runtime)).close()
      const dangling: Migration = {
        number: next,
        name: 'dangling',
        async up(tx) {
          await sql`pragma defer_foreign_keys = on`.execute(tx)
          await sql`insert into tokens (token_hash, user_id, created_at) select 'x', '@no:x', 1
            where exists (select * from accounts)`.execute(tx)
        },
      }
      const former = await database.open(runtime)
      await former.db.insertInto('accounts').values({ user_id: '@a:b', created_at: 1 }).execute()
      await former.close()
      await expect(
        database.open(runtime, { migrations: [...allMigrations, dangling] }),
      ).rejects.toMatchObject({
        code: 'database-upgrade-failed',
        likelyCause: expect.stringContaining('rows of tokens refer to rows of accounts'),
      })
      const { db } = await database.open(runtime)
      expect(await db.selectFrom('tokens').selectAll().execute()).toEqual([])
    })

    test('a database of a newer Signpost is refused, naming its version', async () => {
      const newer = { migrations: [...allMigrations, addTable(next)], programVersion: '9.0.0' }
      await (await database.open(runtime, newer)).close()
      await expect(database.open(runtime)).rejects.toMatchObject({
        code: 'database-newer',
        likelyCause: expect.stringContaining('9.0.0'),
      })
    })

    onPostgres('a database with tables of another program is refused', async () => {
      const storage = await database.open(runtime)
      await sql`drop table signpost_migrations`.execute(storage.db)
      await storage.close()
      await expect(database.open(runtime)).rejects.toMatchObject({ code: 'database-foreign' })
    })

    onPostgres('several Signposts that start at once migrate once', async () => {
      const opened = await Promise.all([1, 2, 3, 4].map(() => database.open(runtime)))
      expect(opened).toHaveLength(4)
    })

    onSqlite('an upgrade copies the old database first, a new one copies nothing', async () => {
      const storage = await database.open(runtime)
      await storage.db.insertInto('accounts').values({ user_id: '@a:b', created_at: 1 }).execute()
      await storage.close()
      expect(await snapshots()).toEqual([])
      await database.open(runtime, { migrations: [...allMigrations, addTable(next)] })
      expect(await snapshots()).toEqual([
        `signpost-before-${String(next).padStart(4, '0')}-20260101T000000000Z.db`,
      ])
      const file = join(
        snapshotFolder(),
        `signpost-before-${String(next).padStart(4, '0')}-20260101T000000000Z.db`,
      )
      expect((await stat(file)).mode & 0o777).toBe(0o600)
      const copy = openSqliteReader(file)
      expect(await copy.selectFrom('accounts').select('user_id').execute()).toEqual([{ user_id: '@a:b' }])
      await expect(sql`select * from ${sql.table(`extra_${next}`)}`.execute(copy)).rejects.toThrow()
      await copy.destroy()
    })

    onSqlite('the newest five copies stay', async () => {
      const ticking = createTestRuntime()
      for (let upgrades = 0; upgrades <= 7; upgrades++) {
        const extra = Array.from({ length: upgrades }, (_, index) => addTable(index + next))
        await (await database.open(ticking, { migrations: [...allMigrations, ...extra] })).close()
        ticking.clock.advance(1000)
      }
      expect((await snapshots()).map((name) => name.slice(0, 20))).toEqual(
        [2, 3, 4, 5, 6].map((upgrade) => `signpost-before-${String(upgrade + next).padStart(4, '0')}`),
      )
    })
  })
}

/** What concerns one database alone is no test, and no skipped test, of the other. */
function ignore(_name: string, _body: () => Promise<void>): void {}

function addTable(number: number): Migration {
  return {
    number,
    name: `extra ${number}`,
    async up(tx) {
      await tx.schema.createTable(`extra_${number}`).addColumn('id', 'integer').execute()
    },
  }
}
