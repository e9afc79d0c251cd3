import type { Config } from '../../config/schema.ts'
import { OperatorError } from '../../config/operator-error.ts'
import type { SecretReader } from '../../config/secrets.ts'
import type { Lookup } from '../../lookup/find.ts'
import { compareAll } from '../../migrate/take-over/compare-all.ts'
import { openOldServer } from '../../migrate/take-over/open.ts'
import { readCompareReport, type CompareReport } from '../../migrate/take-over/report.ts'
import type { HttpClient } from '../../net/http-client.ts'
import type { Runtime } from '../../runtime.ts'
import type { Storage } from '../../storage/storage.ts'
import type { Handlers } from '../api/serve.ts'
import type { Jobs } from '../jobs/jobs.ts'
import type { takeOverContract } from './contract.ts'

export interface ComparisonOptions {
  readonly dataDir: string
  readonly runtime: Runtime
  readonly storage: Storage
  readonly secrets: SecretReader
  /** As the file has it. */
  readonly config: () => Config
  /** What the process was started with: the mirror of lookups is. */
  readonly initial: Config
  readonly directories: { readonly lookup: Pick<Lookup, 'find'> }
  readonly http: () => Pick<HttpClient, 'request'>
  readonly jobs: Jobs
}

type Routes = 'GET /api/take-over/comparison' | 'POST /api/take-over/compare'

export function createComparisonHandlers(
  options: ComparisonOptions,
): Pick<Handlers<typeof takeOverContract>, Routes> {
  const { dataDir, runtime, storage, secrets, config, initial, directories, jobs } = options
  let all: CompareReport | null = null

  async function askAll(
    signal: AbortSignal,
    tell: (report: CompareReport) => void,
  ): Promise<CompareReport | null> {
    const opened = await openOldServer(config(), options.http(), secrets)
    if (opened === null) throw namesNone()
    let last: CompareReport | null = null
    const { lookup } = directories
    for await (const report of compareAll({ ...opened, storage, runtime, lookup, signal })) {
      last = report
      tell(report)
    }
    return last
  }

  return {
    async 'GET /api/take-over/comparison'() {
      return {
        compareWith: config().migration.compareWith,
        asked: initial.migration.compareWith,
        report: await readCompareReport(dataDir),
        all,
      }
    },

    async 'POST /api/take-over/compare'() {
      if (config().migration.compareWith === null) throw namesNone()
      const job = jobs.start({
        kind: 'comparison',
        work: async ({ signal, advance }) => {
          const report = await askAll(signal, ({ compared, failed }) => advance(compared + failed, null))
          if (report !== null && !signal.aborted) all = report
          return { compared: report?.compared ?? 0, different: report?.differences.length ?? 0 }
        },
      })
      return { job }
    },
  }
}

const namesNone = () =>
  new OperatorError('config-invalid', {
    tried: 'ask the old identity server',
    likelyCause: 'The settings do not name it (migration.compareWith).',
    fix: 'Name it first, as this machine reaches it: http://127.0.0.1:8090',
  })
