import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'
import { summarise, summaryLines } from './support/test-summary.ts'

/**
 * `npm test -- ARGS`: vitest with these arguments, then the summary as the last lines. Fails when vitest does; with
 * `CI=true` also when a suite other than Synapse's was skipped or no test ran.
 */
// Of this process alone: two runs at once would read each other's.
const report = resolve(import.meta.dirname, `../.cache/test-report-${process.pid}.json`)
const env = { ...process.env, SIGNPOST_TEST_REPORT: report }
const vitest = spawnSync('vitest', ['run', ...process.argv.slice(2)], { stdio: 'inherit', env })
const code = vitest.status ?? 1

let summary
try {
  summary = summarise(JSON.parse(readFileSync(report, 'utf8')))
} catch (cause) {
  throw new Error('vitest ended without a report', { cause })
} finally {
  rmSync(report, { force: true })
}
const lacking = process.env.CI === 'true' && !summary.complete
if (lacking && code === 0) {
  console.error('\nCI=true: no test ran, or a suite that needs no Synapse was skipped')
}
console.log(`\n${summaryLines(summary).join('\n')}`)
process.exitCode = lacking && code === 0 ? 1 : code
