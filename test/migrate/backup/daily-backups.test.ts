import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { loadConfig } from '../../../src/config/load.ts'
import { createSealer, loadSealingKey } from '../../../src/config/sealing.ts'
import { createSecretReader } from '../../../src/config/secrets.ts'
import type { Config } from '../../../src/config/schema.ts'
import { createBackups, type Backups } from '../../../src/migrate/backup/daily-backups.ts'
import { createKeyFile } from '../../../src/migrate/backup/file/key.ts'
import { backupStatus } from '../../../src/migrate/backup/status.ts'
import { openStorage, type Storage } from '../../../src/storage/storage.ts'
import { createTestRuntime, type TestRuntime } from '../../support/test-runtime.ts'
import { createDataDir, fillDatabase } from './world.ts'

const DAY_MS = 86_400_000

describe('the backups of a running Signpost', () => {
  let runtime: TestRuntime
  let dataDir: string
  let config: Config
  let storage: Storage
  let backups: Backups
  beforeEach(async () => {
    runtime = createTestRuntime()
    dataDir = await createDataDir(
      'backup: { enabled: true, keyFile: backup.key, keep: { daily: 2, weekly: 0 } }\n',
    )
    await createKeyFile(join(dataDir, 'backup.key'), runtime.random)
    config = (await loadConfig(dataDir)).config
    storage = await openStorage({ type: 'sqlite', file: join(dataDir, 'signpost.db') }, runtime)
    await fillDatabase(storage, 3)
    const sealingKey = await loadSealingKey(dataDir, runtime.random)
    const sealer = createSealer(sealingKey, runtime.random)
    backups = createBackups({
      ...{ storage, runtime, dataDir, sealingKey, config: () => config },
      secrets: createSecretReader({ dataDir, env: {}, sealer }),
    })
  })
  afterEach(async () => {
    await backups.stop()
    await storage.close()
  })

  const folder = async () => await readdir(join(dataDir, 'backups'))
  const status = () => backupStatus(storage, config, runtime.clock.now())

  test('are made day by day, proven, and as many as wanted are kept', async () => {
    await mkdir(join(dataDir, 'backups'))
    await writeFile(join(dataDir, 'backups', 'signpost-daily-2025-01-01T00-00-00Z.signpost.partial'), '')
    await writeFile(join(dataDir, 'backups', 'notes.txt.partial'), '')
    for (let day = 0; day < 3; day++) {
      await backups.tick()
      await backups.tick()
      runtime.clock.advance(DAY_MS)
    }
    expect(await folder()).toEqual([
      'notes.txt.partial',
      'signpost-daily-2026-01-02T00-00-00Z.signpost',
      'signpost-daily-2026-01-03T00-00-00Z.signpost',
    ])
    expect(await status()).toMatchObject({ badge: 'proven', provenAt: Date.UTC(2026, 0, 3) })
    runtime.clock.advance(2 * DAY_MS)
    expect((await status()).badge).toBe('old')
  })

  test('that cannot be made are noted with the reason, until one is', async () => {
    await writeFile(join(dataDir, 'backups'), 'in the place of the folder')
    await backups.tick()
    expect(await status()).toMatchObject({
      badge: 'none',
      failure: {
        code: 'backup-failed',
        message: expect.stringContaining('A file is in the place of the folder'),
      },
    })
    await rm(join(dataDir, 'backups'))
    await backups.now()
    expect(await status()).toMatchObject({ badge: 'proven', failure: null })
  })

  test('are not made while they are switched off, nor without a key', async () => {
    config = { ...config, backup: { ...config.backup, enabled: false } }
    await backups.tick()
    expect((await status()).dailyBegunAt).toBeNull()
    config = { ...config, backup: { ...config.backup, keyFile: null } }
    await expect(backups.now()).rejects.toMatchObject({ code: 'backup-failed' })
  })
})
