import { changesSoFar, dieBeforeChange } from '../../../support/die-at.ts'
import { createTestRuntime } from '../../../support/test-runtime.ts'
import { takeOverAtStart } from '../../../../src/take-over-at-start.ts'

/** What a start on the data directory argv[2] does first; killed before its change number argv[3]. */
const [, , dataDir = '', at = ''] = process.argv
const runtime = { ...createTestRuntime(), clock: { now: () => Date.now() } }
dieBeforeChange(Number(at))
await takeOverAtStart({ dataDir, runtime, env: {} })
process.stdout.write(`${changesSoFar()}\n`)
