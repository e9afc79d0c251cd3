import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { changesSoFar, dieBeforeChange } from '../../../support/die-at.ts'
import { createTestRuntime } from '../../../support/test-runtime.ts'
import { loadConfig } from '../../../../src/config/load.ts'
import { performBackup } from '../../../../src/migrate/backup/perform-backup.ts'
import { openStorage } from '../../../../src/storage/storage.ts'

/** Backs up the data directory argv[2] (key in argv[3]); killed before its change number argv[4]. */
const [, , dataDir = '', keyFile = '', at = ''] = process.argv
const runtime = createTestRuntime()
const { config, values } = await loadConfig(dataDir)
const storage = await openStorage({ type: 'sqlite', file: join(dataDir, 'signpost.db') }, runtime)
dieBeforeChange(Number(at))
await performBackup({
  source: { dataDir, config, values, storage, runtime },
  ...{ key: { keyFile: readFileSync(keyFile) }, trigger: 'daily', trial: false },
})
process.stdout.write(`${changesSoFar()}\n`)
await storage.close()
