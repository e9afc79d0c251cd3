import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { finishRestore, restoreBackup } from '../../../src/migrate/backup/restore/restore-backup.ts'
import { writeBackup } from '../../../src/migrate/backup/write-backup.ts'
import { allMigrations } from '../../../src/storage/migrations/index.ts'
import { openStorage, type Storage } from '../../../src/storage/storage.ts'
import { databases } from '../../support/databases.ts'
import { describeWith } from '../../support/skip.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'
import { mountSmallDisk, smallDiskUnavailable } from '../../support/small-disk.ts'
import { allRows, createDataDir, fillDatabase, quickKey, sourceOf } from './world.ts'

const runtime = createTestRuntime()
const openIn = (dataDir: string) =>
  openStorage({ type: 'sqlite', file: join(dataDir, 'signpost.db') }, runtime)

/** A backup of an installation with these settings. */
async function createBackup(settings = '', people = 30): Promise<string> {
  const from = await createDataDir(settings)
  const storage = await openIn(from)
  await fillDatabase(storage, people)
  const file = join(await createTempDir('backups'), 'all.signpost')
  await writeBackup(await sourceOf(from, storage), file, quickKey)
  await storage.close()
  return file
}

const restore = (file: string, dataDir: string, when: 'now' | 'atNextStart' = 'now') =>
  restoreBackup({ file, key: quickKey, dataDir, runtime, env: {}, when })

describe('a restore', () => {
  let open: Storage[]
  beforeEach(() => {
    open = []
  })
  afterEach(async () => {
    for (const storage of open) await storage.close()
  })

  const use = async (dataDir: string) => {
    const storage = await openIn(dataDir)
    open.push(storage)
    return storage
  }

  test('keeps what was there before, leaves logs and backups where they are, and keeps two former states', async () => {
    const file = await createBackup()
    const dataDir = await createDataDir('accounts: { homeservers: [former.example] }\n')
    await mkdir(join(dataDir, 'backups'))
    await writeFile(join(dataDir, 'backups', 'a.signpost'), 'a')
    await writeFile(join(dataDir, 'by-hand.signpost'), 'b')
    const { former } = await restore(file, dataDir)
    expect(await readFile(join(former ?? '', 'signpost.yaml'), 'utf8')).toContain('former.example')
    expect(await readdir(join(dataDir, 'backups'))).toEqual(['a.signpost'])
    const names = await readdir(dataDir)
    expect(names).toEqual(expect.arrayContaining(['by-hand.signpost', 'log', 'signpost.db', 'replaced']))
    expect(names).not.toContain('mail')
    for (let again = 0; again < 3; again++) {
      runtime.clock.advance(1_000)
      await restore(file, dataDir)
    }
    expect(await readdir(join(dataDir, 'replaced'))).toHaveLength(2)
  })

  test('waits for the next start where Signpost is running, which goes on until then', async () => {
    const file = await createBackup()
    const dataDir = await createDataDir()
    const running = await openIn(dataDir)
    await running.db.insertInto('accounts').values({ user_id: '@now:example.org', created_at: 1 }).execute()
    await expect(restore(file, dataDir)).rejects.toMatchObject({ code: 'database-locked' })
    await restore(file, dataDir, 'atNextStart')
    expect(await finishRestore(dataDir)).toBe(false)
    await running.db.insertInto('accounts').values({ user_id: '@then:example.org', created_at: 1 }).execute()
    await expect(restore(file, dataDir, 'atNextStart')).rejects.toMatchObject({
      likelyCause: 'Another restore waits for the next start of Signpost.',
    })
    await running.close()
    expect(await finishRestore(dataDir)).toBe(true)
    expect(await finishRestore(dataDir)).toBe(false)
    const { accounts } = await allRows(await use(dataDir))
    expect(accounts?.split('\n')).toHaveLength(31)
  })

  test('at the next start takes away what has come since, and leaves the backups of the former settings', async () => {
    const file = await createBackup()
    const dataDir = await createDataDir('backup: { folder: safe/daily }\n')
    await mkdir(join(dataDir, 'safe', 'daily'), { recursive: true })
    await writeFile(join(dataDir, 'safe', 'daily', 'a.signpost'), 'a')
    await restore(file, dataDir, 'atNextStart')
    // The server goes on, and dies without tidying up: these belong to the former database, and would spoil the new one.
    await writeFile(join(dataDir, 'signpost.db-wal'), 'of the former database')
    await writeFile(join(dataDir, 'newer'), 'than the decision')
    expect(await finishRestore(dataDir)).toBe(true)
    const names = await readdir(dataDir)
    expect(names).not.toContain('signpost.db-wal')
    expect(names).not.toContain('newer')
    expect(await readdir(join(dataDir, 'safe', 'daily'))).toEqual(['a.signpost'])
    expect((await allRows(await use(dataDir))).accounts?.split('\n')).toHaveLength(31)
  })

  test('names the paths in the settings that lead nowhere here, and no password', async () => {
    const file = await createBackup(
      'network: { caFile: /nowhere/ca.pem }\nbackup: { password: /not/a/path }\n' +
        'server: { tls: { mode: files, certificate: tls/authority.pem, privateKey: /nowhere/key.pem } }\n',
    )
    const { missingPaths } = await restore(file, join(await createTempDir('new'), 'data'))
    expect(missingPaths).toEqual([
      { key: 'network.caFile', path: '/nowhere/ca.pem' },
      { key: 'server.tls.privateKey', path: '/nowhere/key.pem' },
    ])
  })

  test('puts a database that lay elsewhere into the data directory, and says so', async () => {
    const from = await createDataDir(`storage: { type: sqlite, path: ../elsewhere.db }\n`)
    const storage = await openStorage({ type: 'sqlite', file: join(from, '..', 'elsewhere.db') }, runtime)
    await fillDatabase(storage, 5)
    const file = join(await createTempDir('backups'), 'all.signpost')
    await writeBackup(await sourceOf(from, storage), file, quickKey)
    await storage.close()
    const dataDir = join(await createTempDir('new'), 'data')
    const { changes } = await restore(file, dataDir)
    expect(changes).toEqual(['storage: signpost.db in the data directory'])
    expect(await readFile(join(dataDir, 'signpost.yaml'), 'utf8')).not.toContain('elsewhere')
    expect((await allRows(await use(dataDir))).accounts?.split('\n')).toHaveLength(6)
  })

  test('takes a backup of an older version, whose database the next start upgrades', async () => {
    const from = await createDataDir()
    const older = allMigrations.slice(0, 3)
    const storage = await openStorage(
      { type: 'sqlite', file: join(from, 'signpost.db'), migrations: older },
      runtime,
    )
    await storage.db.insertInto('accounts').values({ user_id: '@old:example.org', created_at: 1 }).execute()
    const file = join(await createTempDir('backups'), 'old.signpost')
    const source = { ...(await sourceOf(from, storage)), program: { version: '0.0.9', schema: 3 } }
    await writeBackup(source, file, quickKey)
    await storage.close()
    const dataDir = join(await createTempDir('new'), 'data')
    await restore(file, dataDir)
    const { db } = await use(dataDir)
    expect(await db.selectFrom('accounts').select('user_id').execute()).toEqual([
      { user_id: '@old:example.org' },
    ])
    expect(await db.selectFrom('activity').selectAll().execute()).toEqual([])
    expect(await readdir(join(dataDir, 'snapshots'))).toHaveLength(1)
  })
})

const [, postgres] = databases()
describeWith('postgres', postgres?.unavailable ?? null, 'a restore into a PostgreSQL database', () => {
  test('that holds something is refused, and changes nothing', async () => {
    const file = await createBackup()
    const database = await postgres?.create()
    if (database === undefined || database.options.type !== 'postgres') throw new Error('no PostgreSQL')
    const { options } = database
    const storage = await database.open(runtime)
    await storage.db.insertInto('accounts').values({ user_id: '@here:example.org', created_at: 1 }).execute()
    const dataDir = await createDataDir()
    const restoring = restoreBackup({
      ...{ file, key: quickKey, dataDir, runtime, env: {}, when: 'now' },
      into: { type: 'postgres', url: options.url },
    })
    await expect(restoring).rejects.toMatchObject({ code: 'restore-refused' })
    expect(await storage.db.selectFrom('accounts').select('user_id').execute()).toEqual([
      { user_id: '@here:example.org' },
    ])
    expect(await readdir(dataDir)).not.toContain('.restore')
    await database.dispose()
  })
})

describeWith('a disk of its own', smallDiskUnavailable(), 'on a disk that is too small', () => {
  test('neither a backup nor a restore leaves anything behind', async () => {
    const disk = await mountSmallDisk(1_500_000)
    try {
      const from = await createDataDir()
      const storage = await openIn(from)
      const source = await sourceOf(from, storage)
      await expect(writeBackup(source, join(disk.path, 'a.signpost'), quickKey)).rejects.toMatchObject({
        code: 'backup-failed',
        likelyCause: expect.stringMatching(/^The disk may become full: \d+ MB are free/),
      })
      await storage.close()
      const dataDir = join(disk.path, 'data')
      const file = await createBackup('', 8_000)
      await expect(restore(file, dataDir)).rejects.toMatchObject({
        code: 'disk-full',
      })
      expect(await readdir(dataDir)).not.toContain('.restore')
      expect(await readdir(disk.path)).toEqual(['data'])
    } finally {
      disk.unmount()
    }
  })
})
