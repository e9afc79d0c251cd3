import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { allMigrations } from '../../src/storage/migrations/index.ts'
import type { Migration } from '../../src/storage/migrations/migration.ts'
import { openStorage } from '../../src/storage/storage.ts'
import { databases, type TestDatabase } from '../support/databases.ts'
import { describeWith } from '../support/skip.ts'
import { createTempDir } from '../support/temp-dir.ts'
import { createTestRuntime } from '../support/test-runtime.ts'
import { startChild } from './children/start-child.ts'

const runtime = createTestRuntime()

for (const { kind, unavailable, create } of databases()) {
  describeWith(kind, unavailable, `a guest on ${kind}`, () => {
    let database: TestDatabase
    beforeEach(async () => {
      database = await create()
    })
    afterEach(() => database.dispose())

    const openGuest = (changes: { migrations?: readonly Migration[] } = {}) =>
      openStorage({ ...database.options, guest: true, ...changes }, runtime)

    test('writes what the server beside it reads, and reads what the server wrote', async () => {
      const server = await database.open()
      const guest = await openGuest()
      await guest.transaction((tx) =>
        tx.insertInto('accounts').values({ user_id: '@guest:x', created_at: 1 }).execute(),
      )
      await server.transaction((tx) =>
        tx.insertInto('accounts').values({ user_id: '@host:x', created_at: 2 }).execute(),
      )
      const expected = ['@guest:x', '@host:x']
      for (const { db, readSnapshot } of [server, guest]) {
        const read = (reader: typeof db) =>
          reader.selectFrom('accounts').select('user_id').orderBy('user_id').execute()
        expect((await read(db)).map((row) => row.user_id)).toEqual(expected)
        expect((await readSnapshot(read)).map((row) => row.user_id)).toEqual(expected)
      }
      await guest.close()
    })

    test('leaves the server at work when it goes', async () => {
      const server = await database.open()
      await (await openGuest()).close()
      await server.db.insertInto('accounts').values({ user_id: '@a:b', created_at: 1 }).execute()
      expect(await server.db.selectFrom('accounts').selectAll().execute()).toHaveLength(1)
    })

    test('is refused by a database whose schema is older, which stays as it is', async () => {
      await (await database.open(runtime, { programVersion: '0.0.1' })).close()
      await expect(openGuest({ migrations: [...allMigrations, laterMigration] })).rejects.toMatchObject({
        code: 'database-older',
        likelyCause: expect.stringContaining('Signpost 0.0.1'),
        fix: expect.stringContaining('Start Signpost once'),
      })
      const guest = await openGuest()
      const version = guest.db.selectFrom('meta').select('value').where('key', '=', 'program_version')
      expect(await version.executeTakeFirst()).toEqual({ value: '0.0.1' })
      await guest.close()
    })

    test('is refused by a database of a newer Signpost', async () => {
      await (await database.open(runtime, { migrations: [...allMigrations, laterMigration] })).close()
      await expect(openGuest()).rejects.toMatchObject({ code: 'database-newer' })
    })
  })
}

describe('a guest on a SQLite file', () => {
  let folder: string
  let file: string
  beforeEach(async () => {
    folder = await createTempDir('guest')
    file = join(folder, 'signpost.db')
  })
  const openGuest = () => openStorage({ type: 'sqlite', file, guest: true }, runtime)
  const missing = { code: 'database-missing', fix: expect.stringContaining('Start Signpost once') }

  test('is refused when there is none, and creates nothing', async () => {
    await expect(openGuest()).rejects.toMatchObject(missing)
    expect(await readdir(folder)).toEqual([])
  })

  test('is refused when its folder is missing', async () => {
    file = join(folder, 'nowhere', 'signpost.db')
    await expect(openGuest()).rejects.toMatchObject(missing)
    expect(await readdir(folder)).toEqual([])
  })

  test('is refused when it is empty, and leaves it empty', async () => {
    await writeFile(file, '')
    await expect(openGuest()).rejects.toMatchObject(missing)
    expect(await readFile(file, 'utf8')).toBe('')
  })

  test('is refused when it belongs to another program', async () => {
    const other = new BetterSqlite(file)
    other.exec('create table users (name text)')
    other.close()
    await expect(openGuest()).rejects.toMatchObject({ code: 'database-foreign' })
  })

  test('takes no lock: a second server is refused because of the first one only', async () => {
    const server = await openStorage({ type: 'sqlite', file }, runtime)
    const guest = await openGuest()
    await expect(openStorage({ type: 'sqlite', file }, runtime)).rejects.toMatchObject({
      code: 'database-locked',
    })
    await server.close()
    const next = await openStorage({ type: 'sqlite', file }, runtime)
    await next.close()
    await guest.close()
  })

  test('waits its turn beside a process that commits all the time, and loses nothing', async () => {
    const child = startChild('write-forever.ts', [file, 'server'])
    await child.waitForLines(5)
    const guest = await openGuest()
    for (let n = 0; n < 20; n++) {
      await guest.transaction((tx) =>
        tx
          .insertInto('accounts')
          .values({ user_id: `@guest-${n}:x`, created_at: n })
          .execute(),
      )
    }
    await child.waitForLines(child.lines().length + 1)
    await child.kill()
    const rows = await guest.db.selectFrom('accounts').select('user_id').execute()
    const present = new Set(rows.map((row) => row.user_id))
    expect(Array.from({ length: 20 }, (_, n) => `@guest-${n}:x`).filter((id) => !present.has(id))).toEqual([])
    expect(child.lines().filter((id) => !present.has(id))).toEqual([])
    await guest.close()
  })
})

const laterMigration: Migration = {
  number: 900,
  name: 'later',
  async up(tx) {
    await tx.schema.createTable('later').addColumn('id', 'integer').execute()
  },
}
