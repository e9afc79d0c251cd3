import { chmod, mkdir, open, readFile, readdir, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkIntegrity } from '../../src/storage/integrity.ts'
import { allMigrations } from '../../src/storage/migrations/index.ts'
import type { Migration } from '../../src/storage/migrations/migration.ts'
import { openSqliteReader } from '../../src/storage/sqlite.ts'
import { openStorage } from '../../src/storage/storage.ts'
import type { SqliteOptions, Storage } from '../../src/storage/storage.ts'
import { createTempDir, removeTempDir } from '../support/temp-dir.ts'
import { createTestRuntime } from '../support/test-runtime.ts'
import { startChild } from './children/start-child.ts'

describe('SQLite storage', () => {
  const runtime = createTestRuntime()
  let folder: string
  let file: string
  let opened: Storage[]
  beforeEach(async () => {
    folder = await createTempDir('sqlite')
    file = join(folder, 'signpost.db')
    opened = []
  })
  afterEach(async () => {
    for (const storage of opened) await storage.close()
    await removeTempDir(folder)
  })

  async function openHere(changes: Partial<SqliteOptions> = {}): Promise<Storage> {
    const storage = await openStorage({ type: 'sqlite', file, ...changes }, runtime)
    opened.push(storage)
    return storage
  }

  test('writes through to the disk before it confirms', async () => {
    const { db } = await openHere()
    const pragma = async (name: string) => (await sql`pragma ${sql.raw(name)}`.execute(db)).rows[0]
    expect(await pragma('journal_mode')).toEqual({ journal_mode: 'wal' })
    expect(await pragma('synchronous')).toEqual({ synchronous: 2 })
    expect(await pragma('foreign_keys')).toEqual({ foreign_keys: 1 })
  })

  test('keeps the database and its companions to the user who runs it', async () => {
    const storage = await openHere()
    await storage.db.insertInto('accounts').values({ user_id: '@a:b', created_at: 1 }).execute()
    for (const name of ['signpost.db', 'signpost.db-wal', 'signpost.db-shm']) {
      expect([name, (await stat(join(folder, name))).mode & 0o777]).toEqual([name, 0o600])
    }
  })

  test('takes away access that others have to an existing database', async () => {
    await (await openHere()).close()
    await chmod(file, 0o644)
    await openHere()
    expect((await stat(file)).mode & 0o777).toBe(0o600)
  })

  test('creates the folder of the database when it is missing', async () => {
    file = join(folder, 'new', 'deep', 'signpost.db')
    await openHere()
    expect((await stat(file)).isFile()).toBe(true)
  })

  test('lets a second connection of the same process read', async () => {
    const storage = await openHere()
    await storage.db.insertInto('accounts').values({ user_id: '@a:b', created_at: 1 }).execute()
    const reader = openSqliteReader(file)
    expect(await reader.selectFrom('accounts').select('user_id').execute()).toEqual([{ user_id: '@a:b' }])
    await expect(reader.deleteFrom('accounts').execute()).rejects.toMatchObject({ code: 'SQLITE_READONLY' })
    await reader.destroy()
  })

  test('runs transactions one after the other', async () => {
    const storage = await openHere()
    const events: string[] = []
    const transact = (name: string) =>
      storage.transaction(async (tx) => {
        events.push(`${name} begins`)
        await tx.selectFrom('accounts').selectAll().execute()
        await new Promise((resolve) => setImmediate(resolve))
        events.push(`${name} ends`)
      })
    await Promise.all([transact('a'), transact('b')])
    expect(events).toEqual(['a begins', 'a ends', 'b begins', 'b ends'])
  })

  test('waits for the transaction under way when it is closed', async () => {
    const storage = await openHere()
    const writing = storage.transaction(async (tx) => {
      await new Promise((resolve) => setTimeout(resolve, 20))
      await tx.insertInto('accounts').values({ user_id: '@a:b', created_at: 1 }).execute()
    })
    await storage.close()
    await writing
    const again = await openHere()
    expect(await again.db.selectFrom('accounts').selectAll().execute()).toHaveLength(1)
  })

  describe('one process at a time', () => {
    test('a second process is refused with the number of the first', async () => {
      const child = startChild('hold-storage.ts', [file])
      await child.waitForLines(1)
      await expect(openHere()).rejects.toMatchObject({
        code: 'database-locked',
        likelyCause: expect.stringContaining(`process ${child.pid}`),
      })
      await child.kill()
    })

    test('a lock left behind by a killed process does not count', async () => {
      const child = startChild('hold-storage.ts', [file])
      await child.waitForLines(1)
      await child.kill()
      expect(await readdir(folder)).toContain('signpost.lock')
      await expect(openHere()).resolves.toBeDefined()
    })

    test('the same process is refused, too, until it has closed the first', async () => {
      const first = await openHere()
      await expect(openHere()).rejects.toMatchObject({ code: 'database-locked' })
      await first.close()
      await expect(openHere()).resolves.toBeDefined()
    })

    test('a failed opening gives the lock back', async () => {
      await writeFile(file, 'this is not a database, not even a short one'.repeat(100))
      await expect(openHere()).rejects.toMatchObject({ code: 'database-corrupt' })
      file = join(folder, 'other.db')
      await expect(openHere()).resolves.toBeDefined()
    })
  })

  describe('files that are not its own', () => {
    test('a database of another program is refused and left as it was', async () => {
      const other = new BetterSqlite(file)
      other.exec('create table users (name text)')
      other.close()
      const before = await readFile(file)
      await expect(openHere()).rejects.toMatchObject({ code: 'database-foreign' })
      expect(await readFile(file)).toEqual(before)
    })

    test('an application id of another program is refused', async () => {
      const other = new BetterSqlite(file)
      other.pragma('application_id = 42')
      other.close()
      await expect(openHere()).rejects.toMatchObject({ code: 'database-foreign' })
    })

    test('a database of a newer Signpost is refused, naming its version', async () => {
      await (
        await openHere({ migrations: [...allMigrations, laterMigration], programVersion: '7.1.0' })
      ).close()
      await expect(openHere()).rejects.toMatchObject({
        code: 'database-newer',
        likelyCause: expect.stringContaining('Signpost 7.1.0'),
      })
    })
  })

  describe('damage', () => {
    test('a damaged page is named by the integrity check', async () => {
      const storage = await openHere()
      const rows = Array.from({ length: 2000 }, (_, n) => ({
        user_id: `@user-${n}:example.org`,
        created_at: n,
      }))
      await storage.db.insertInto('accounts').values(rows).execute()
      await storage.close()
      const handle = await open(file, 'r+')
      const { size } = await handle.stat()
      await handle.write(Buffer.alloc(16_384, 0xa5), 0, 16_384, size - 32_768)
      await handle.close()
      const report = await checkIntegrity(await openHere())
      expect(report.ok).toBe(false)
      expect(report.problems.length).toBeGreaterThan(0)
    })

    test('a file that was cut off is refused as damaged', async () => {
      await (await openHere()).close()
      await truncate(file, 4096 + 100)
      await expect(openHere()).rejects.toMatchObject({
        code: 'database-corrupt',
        fix: expect.stringContaining('backup'),
      })
    })

    test('a dangling reference is named by the integrity check', async () => {
      const storage = await openHere()
      await sql`pragma foreign_keys = off`.execute(storage.db)
      await storage.db
        .insertInto('tokens')
        .values({ token_hash: 'x', user_id: '@no:x', created_at: 1 })
        .execute()
      const { problems } = await checkIntegrity(storage)
      expect(problems).toEqual(['A row of tokens refers to a row of accounts that is missing.'])
    })

    test('a folder where the database should be is refused', async () => {
      await mkdir(file)
      await expect(openHere()).rejects.toMatchObject({ code: 'database-not-writable' })
    })

    test('a disk that is full is named when a transaction runs into it', async () => {
      const storage = await openHere()
      await sql`pragma max_page_count = 60`.execute(storage.db)
      const filling = storage.transaction(async (tx) => {
        for (let n = 0; n < 500; n++) {
          await tx
            .insertInto('meta')
            .values({ key: `key-${n}`, value: 'x'.repeat(2000) })
            .execute()
        }
      })
      await expect(filling).rejects.toMatchObject({ code: 'disk-full' })
      expect(await storage.db.selectFrom('meta').where('key', 'like', 'key-%').selectAll().execute()).toEqual(
        [],
      )
    })
  })
})

const laterMigration: Migration = {
  number: 900,
  name: 'later',
  async up(tx) {
    await tx.schema.createTable('later').addColumn('id', 'integer').execute()
  },
}
