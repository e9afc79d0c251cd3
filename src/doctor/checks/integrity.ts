import { fork } from 'node:child_process'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { LONG_LIMIT_MS, type DoctorCheck } from '../check.ts'
import { databaseFaults } from '../database-faults.ts'
import { NotPossible } from '../fact.ts'
import { fine, reporterOf } from '../results.ts'

// A damaged file is one fault, whether it is noticed at its opening or when it is read whole.
const faults = { 'database-corrupt': databaseFaults['database-corrupt'] }
const found = reporterOf(faults)

const reportSchema = z.object({ ok: z.boolean(), problems: z.array(z.string()) })
type Report = z.output<typeof reportSchema>

export const integrity: DoctorCheck = {
  code: 'database-integrity',
  area: 'storage',
  title: 'the pages of the database',
  faults,
  limitMs: LONG_LIMIT_MS,
  async run({ dataDir, config, storage }, signal) {
    const { storage: section } = await config.need()
    await storage.need()
    if (section.type === 'postgres') throw new NotPossible('PostgreSQL checks its pages itself.')
    const report = await checkInProcess(resolve(dataDir, section.path), signal)
    if (report.ok) return [fine('database-integrity', 'No page and no reference is damaged.')]
    return [found('database-corrupt', { detail: report.problems.slice(0, 3).join(' ') })]
  },
}

/** Room for the answer before the runner gives up on the check. */
const PATIENCE_MS = 7_500

function checkInProcess(file: string, signal: AbortSignal): Promise<Report> {
  return new Promise((resolvePromise, reject) => {
    const child = fork(processFile(), [], { execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
    const kill = () => void child.kill('SIGKILL')
    const timer = setTimeout(() => {
      reject(new NotPossible(`It is large: more than ${PATIENCE_MS / 1000} s were not enough to read it.`))
      kill()
    }, PATIENCE_MS)
    signal.addEventListener('abort', kill, { once: true })
    child.once('message', (message) => resolvePromise(reportSchema.parse(message)))
    child.once('error', reject)
    child.once('exit', () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', kill)
      // Without effect when the report has come.
      reject(new Error('the process that reads the database ended early'))
    })
    child.send(file, () => {})
  })
}

/** The file has this module's own suffix: `.js` in a build, `.ts` when the sources run as they are. */
function processFile(): string {
  const isSource = import.meta.url.endsWith('.ts')
  return fileURLToPath(
    new URL(isSource ? '../integrity-process.ts' : './integrity-process.js', import.meta.url),
  )
}
