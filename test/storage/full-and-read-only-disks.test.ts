import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkIntegrity } from '../../src/storage/integrity.ts'
import { allMigrations } from '../../src/storage/migrations/index.ts'
import { openStorage, type Storage } from '../../src/storage/storage.ts'
import { describeWith } from '../support/skip.ts'
import { mountSmallDisk, smallDiskUnavailable, type SmallDisk } from '../support/small-disk.ts'
import { createTestRuntime } from '../support/test-runtime.ts'

const MEGABYTE = 1024 * 1024

describeWith('a disk of its own', smallDiskUnavailable(), 'a database on a disk that', () => {
  const runtime = createTestRuntime()
  let disk: SmallDisk
  let file: string
  let storage: Storage | null
  beforeEach(async () => {
    disk = await mountSmallDisk(4 * MEGABYTE)
    file = join(disk.path, 'signpost.db')
    storage = null
  })
  afterEach(async () => {
    await storage?.close()
    disk.unmount()
  })

  const open = async (migrations = allMigrations) =>
    (storage = await openStorage({ type: 'sqlite', file, migrations }, runtime))

  /** Commits rows of a kilobyte until that fails; answers the ids that were confirmed and the error. */
  async function writeUntilItFails({ transaction }: Storage) {
    const confirmed: string[] = []
    for (;;) {
      const key = `row ${confirmed.length}`
      try {
        await transaction(async (tx) => {
          await tx
            .insertInto('meta')
            .values({ key, value: 'x'.repeat(1_000) })
            .execute()
        })
        confirmed.push(key)
      } catch (error) {
        return { confirmed, error }
      }
    }
  }

  const rowsOf = async ({ db }: Storage) =>
    (await db.selectFrom('meta').select('key').where('key', 'like', 'row %').execute()).map(({ key }) => key)

  test('becomes full says so, goes on reading, loses nothing, and writes again once there is room', async () => {
    const ballast = join(disk.path, 'ballast')
    await writeFile(ballast, Buffer.alloc(MEGABYTE))
    const opened = await open()
    const { confirmed, error } = await writeUntilItFails(opened)
    expect(error).toMatchObject({ code: 'disk-full', fix: expect.stringContaining('Free some space') })
    expect(confirmed.length).toBeGreaterThan(10)
    expect((await rowsOf(opened)).sort()).toEqual([...confirmed].sort())
    await rm(ballast)
    await opened.transaction((tx) => tx.insertInto('meta').values({ key: 'row after', value: '' }).execute())
    await opened.close()
    const again = await open()
    expect((await rowsOf(again)).sort()).toEqual([...confirmed, 'row after'].sort())
    expect((await checkIntegrity(again)).problems).toEqual([])
  })

  test('is too full for the copy before an upgrade is not upgraded', async () => {
    const opened = await open()
    await opened.db
      .insertInto('meta')
      .values({ key: 'row', value: 'x'.repeat(1_000_000) })
      .execute()
    await opened.close()
    await writeFile(join(disk.path, 'ballast'), Buffer.alloc(2.5 * MEGABYTE)).catch(() => undefined)
    const later = { number: allMigrations.length + 1, name: 'later', up: async () => {} }
    await expect(open([...allMigrations, later])).rejects.toMatchObject({ code: 'disk-full' })
    expect(await readdir(join(disk.path, 'snapshots'))).toEqual([])
    await rm(join(disk.path, 'ballast'))
    await expect(open()).resolves.toBeDefined()
  })

  test('is read-only is refused, and taken once it is writable again', async () => {
    const opened = await open()
    await opened.close()
    disk.remount('ro')
    await expect(open()).rejects.toMatchObject({
      code: 'database-not-writable',
      fix: expect.stringContaining('mount the disk writable'),
    })
    disk.remount('rw')
    expect(await rowsOf(await open())).toEqual([])
  })
})
