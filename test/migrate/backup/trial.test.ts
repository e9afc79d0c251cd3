import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openKeyRing } from '../../../src/keys/key-ring.ts'
import { performBackup } from '../../../src/migrate/backup/perform-backup.ts'
import { backupStatus } from '../../../src/migrate/backup/status.ts'
import { tryBackup } from '../../../src/migrate/backup/trial.ts'
import { writeBackup } from '../../../src/migrate/backup/write-backup.ts'
import { openStorage, type Storage } from '../../../src/storage/storage.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'
import { createDataDir, fillDatabase, quickKey, sourceOf } from './world.ts'

describe('the trial of a backup', () => {
  const now = () => 5
  let dataDir: string
  let storage: Storage
  let folder: string
  beforeEach(async () => {
    dataDir = await createDataDir()
    folder = await createTempDir('backups')
    storage = await openStorage({ type: 'sqlite', file: join(dataDir, 'signpost.db') }, createTestRuntime())
  })
  afterEach(() => storage.close())

  test('starts a Signpost that answers with the same key, and leaves nothing behind', async () => {
    await fillDatabase(storage)
    const file = join(folder, 'a.signpost')
    await writeBackup(await sourceOf(dataDir, storage), file, quickKey)
    const result = await tryBackup({ file, key: quickKey, dataDir, now })
    expect(result.steps).toEqual([
      { name: 'unpack', ok: true, detail: expect.stringContaining('rows are what they were') },
      { name: 'settings', ok: true, detail: 'The settings can be used, and 1 sealed secrets open.' },
      { name: 'start', ok: true, detail: 'The restored Signpost starts.' },
      { name: 'keys', ok: true, detail: 'It has the same public keys: ed25519:0' },
      { name: 'lookup', ok: true, detail: 'It finds the person of an association, and signs the answer.' },
    ])
    expect(result.ok).toBe(true)
    expect(await readdir(dataDir)).not.toContain('.trial')
  })

  test('fails for a backup with another key than the one in use', async () => {
    const file = join(folder, 'a.signpost')
    await writeBackup(await sourceOf(dataDir, storage), file, quickKey)
    await (await openKeyRing(join(dataDir, 'signing-keys.json'), createTestRuntime())).rotate()
    const { ok, steps } = await tryBackup({ file, key: quickKey, dataDir, now })
    expect(ok).toBe(false)
    expect(steps.at(-1)).toMatchObject({ name: 'keys', ok: false })
  })

  test('makes the badge what it is', async () => {
    const source = await sourceOf(dataDir, storage)
    const status = () => backupStatus(storage, source.config, source.runtime.clock.now())
    expect(await status()).toMatchObject({ badge: 'none', hasKey: false })
    const order = { source, key: quickKey, trigger: 'byHand', file: join(folder, 'a.signpost') } as const
    await performBackup({ ...order, trial: false })
    expect((await status()).badge).toBe('unproven')
    const { trial } = await performBackup({ ...order, file: join(folder, 'b.signpost'), trial: true })
    expect(trial?.ok).toBe(true)
    expect(await status()).toMatchObject({
      badge: 'proven',
      provenAt: source.runtime.clock.now(),
      latest: { file: join(folder, 'b.signpost'), trigger: 'byHand' },
    })
  })

  test('never runs beside another backup', async () => {
    const source = await sourceOf(dataDir, storage)
    const make = (name: string) =>
      performBackup({ source, key: quickKey, trigger: 'byHand', file: join(folder, name), trial: false })
    const results = await Promise.allSettled([make('a.signpost'), make('b.signpost')])
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'backup-under-way' },
    })
    await expect(make('c.signpost')).resolves.toBeDefined()
  })
})
