import { openStorage } from '../../../src/storage/storage.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'

/** Opens the SQLite database argv[2], says so, and stays until it is killed. */
await openStorage({ type: 'sqlite', file: process.argv[2] ?? '' }, createTestRuntime())
process.stdout.write('open\n')
setInterval(() => {}, 1000)
