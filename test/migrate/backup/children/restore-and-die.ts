import { readFileSync } from 'node:fs'
import { changesSoFar, dieBeforeChange } from '../../../support/die-at.ts'
import { createTestRuntime } from '../../../support/test-runtime.ts'
import { restoreBackup } from '../../../../src/migrate/backup/restore/restore-backup.ts'

/** Restores argv[2] (key in argv[3]) to the data directory argv[4]; killed before its change number argv[5]. */
const [, , file = '', keyFile = '', dataDir = '', at = ''] = process.argv
dieBeforeChange(Number(at))
await restoreBackup({
  ...{ file, dataDir, runtime: createTestRuntime(), env: {}, when: 'now' },
  key: { keyFile: readFileSync(keyFile) },
})
process.stdout.write(`${changesSoFar()}\n`)
