import { open, readdir, readFile, truncate, writeFile, copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { allMigrations } from '../../../src/storage/migrations/index.ts'
import type { BackupKey } from '../../../src/migrate/backup/file/key.ts'
import { inspectBackup } from '../../../src/migrate/backup/inspect-backup.ts'
import { restoreBackup } from '../../../src/migrate/backup/restore/restore-backup.ts'
import { encodeFront, encodeHeader } from '../../../src/migrate/backup/file/header.ts'
import { writeBackup, type BackupSource } from '../../../src/migrate/backup/write-backup.ts'
import { openStorage, type Storage } from '../../../src/storage/storage.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'
import { createDataDir, fillDatabase, quickKey, sourceOf } from './world.ts'

describe('a backup that cannot be what it should be', () => {
  const runtime = createTestRuntime()
  const password: BackupKey = { password: 'Öffne dich, Sesam' }
  let folder: string
  let source: BackupSource
  let storage: Storage
  let sealedByFile: string
  let sealedByPassword: string
  let dataDir: string
  let before: Readonly<Record<string, string>>

  beforeAll(async () => {
    folder = await createTempDir('backups')
    const from = await createDataDir()
    storage = await openStorage({ type: 'sqlite', file: join(from, 'signpost.db') }, runtime)
    await fillDatabase(storage)
    source = await sourceOf(from, storage)
    sealedByFile = join(folder, 'file.signpost')
    sealedByPassword = join(folder, 'password.signpost')
    await writeBackup(source, sealedByFile, quickKey)
    await writeBackup(source, sealedByPassword, password)
    dataDir = await createDataDir()
    before = await contentsOf(dataDir)
  })
  afterAll(() => storage.close())

  async function expectRefusal(file: string, key: BackupKey, code: string, words = ''): Promise<void> {
    const expected = { code, message: expect.stringContaining(words) }
    await expect(inspectBackup(file, key)).rejects.toMatchObject(expected)
    const restoring = restoreBackup({ file, key, dataDir, runtime, env: {}, when: 'now' })
    await expect(restoring).rejects.toMatchObject(expected)
    expect(await contentsOf(dataDir)).toEqual(before)
  }

  const copy = async (name: string, of = sealedByFile) => {
    const file = join(folder, name)
    await copyFile(of, file)
    return file
  }

  test('the right password opens it, however the keyboard writes its letters', async () => {
    const typed = { password: 'Öffne dich, Sesam'.normalize('NFD') }
    expect((await inspectBackup(sealedByPassword, typed)).domain).toBe('example.org')
  })

  test('a wrong password', () =>
    expectRefusal(sealedByPassword, { password: 'Sesam' }, 'backup-locked', 'password is not the one'))

  test('a wrong key file', () =>
    expectRefusal(sealedByFile, { keyFile: Buffer.alloc(32) }, 'backup-locked', 'key file is not the one'))

  test('a password in place of a key file, and the other way round', async () => {
    await expectRefusal(sealedByFile, password, 'backup-locked', 'made with a key file')
    await expectRefusal(sealedByPassword, quickKey, 'backup-locked', 'made with a password')
  })

  test('a file of something else', async () => {
    const file = join(folder, 'picture.signpost')
    await writeFile(file, Buffer.alloc(5_000, 7))
    await expectRefusal(file, quickKey, 'backup-foreign')
    await writeFile(file, '')
    await expectRefusal(file, quickKey, 'backup-foreign')
  })

  test('a file that is not there', () =>
    expectRefusal(join(folder, 'none.signpost'), quickKey, 'input-unreadable'))

  test('one flipped bit, wherever it is', async () => {
    const whole = await readFile(sealedByFile)
    const places = [0, 20, 40, 150, 260, 400, 30_000, 65_800, 70_000, whole.length - 17, whole.length - 1]
    for (const [index, place] of places.entries()) {
      const file = await copy(`flipped-${index}.signpost`)
      const handle = await open(file, 'r+')
      await handle.write(Buffer.from([(whole[place] ?? 0) ^ 0x10]), 0, 1, place)
      await handle.close()
      await expectRefusal(file, quickKey, place < 16 ? 'backup-foreign' : 'backup-damaged')
    }
  })

  test('a file that was cut off, wherever it was', async () => {
    const { length } = await readFile(sealedByFile)
    const header = length - Math.floor((length - 200) / 65_552) * 65_552
    for (const [index, end] of [30, 200, 20_000, 65_552 + header, length - 65_552, length - 1].entries()) {
      const file = await copy(`cut-${index}.signpost`)
      await truncate(file, end)
      await expectRefusal(file, quickKey, 'backup-damaged')
    }
  })

  test('chunks that were swapped', async () => {
    const whole = await readFile(sealedByFile)
    const headerEnd = whole.readUInt32BE(16) + 16 + 4 + 8 + 32
    const chunk = (n: number) => whole.subarray(headerEnd + n * 65_552, headerEnd + (n + 1) * 65_552)
    const file = join(folder, 'swapped.signpost')
    const rest = whole.subarray(headerEnd + 2 * 65_552)
    await writeFile(file, Buffer.concat([whole.subarray(0, headerEnd), chunk(1), chunk(0), rest]))
    await expectRefusal(file, quickKey, 'backup-damaged')
  })

  test('a header that asks for all the memory there is', async () => {
    const key = { from: 'password', kdf: 'scrypt', logN: 40, r: 8, p: 1 } as const
    const header = { format: 1, program: '0.1.0', salt: Buffer.alloc(32).toString('base64'), key } as const
    const file = join(folder, 'greedy.signpost')
    await writeFile(file, encodeFront(encodeHeader(header), Buffer.alloc(32)))
    await expectRefusal(file, password, 'backup-damaged')
  })

  test('one of a later version, named with the version that wrote it', async () => {
    const later = { number: allMigrations.length + 1, name: 'later', up: async () => {} }
    const file = join(folder, 'later.signpost')
    await writeBackup({ ...source, program: { version: '9.1.0', schema: later.number } }, file, quickKey)
    await expectRefusal(file, quickKey, 'backup-newer', 'Signpost 9.1.0')
  })
})

/** Every file of a folder, with its content. */
async function contentsOf(folder: string): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {}
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    // The lock is an empty database on which the process id was noted.
    if (entry.isFile() && entry.name !== 'signpost.lock') found[path] = await readFile(path, 'base64')
    else if (entry.isDirectory()) found[path] = 'folder'
  }
  return found
}
