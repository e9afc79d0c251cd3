import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'
import { summarise, summaryLines } from './support/test-summary.ts'

/**
 * `npm test -- ARGS`: vitest with these arguments, then the summary as the last lines. Fails when vitest does; with
 * `CI=true` also when a suite other than Synapse's was skipped or no test ran.
 */
const report = resolve(import.meta.dirname, '../.cache/test-report.json')
rmSync(report, { force: true })
const vitest = spawnSync('vitest', ['run', ...process.argv.slice(2)], { stdio: 'inherit' })
const code = vitest.status ?? 1

let summary
try {
  summary = summarise(JSON.parse(readFileSync(report, 'utf8')))
} catch (cause) {
  throw new Error('vitest ended without a report', { cause })
}
const lacking = process.env.CI === 'true' && !summary.complete
if (lacking && code === 0) {
  console.error('\nCI=true: no test ran, or a suite that needs no Synapse was skipped')
}
console.log(`\n${summaryLines(summary).join('\n')}`)
process.exitCode = lacking && code === 0 ? 1 : code
