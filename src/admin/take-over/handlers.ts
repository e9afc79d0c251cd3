import type { Config } from '../../config/schema.ts'
import type { Sealer } from '../../config/sealing.ts'
import { reportOf, type ImportReport } from '../../migrate/take-over/import-report.ts'
import { planImport, type ImportChoices, type ImportPlan } from '../../migrate/import/plan.ts'
import type { ImportSource } from '../../migrate/import/source.ts'
import {
  forgetImportOutcome,
  forgetStagedImport,
  readImportOutcome,
  readStagedImport,
  removeSentFiles,
  writeStagedImport,
  type ImportOutcome,
} from '../../migrate/take-over/staged-import.ts'
import type { RefusedRestart } from '../../refused-restart.ts'
import type { Runtime } from '../../runtime.ts'
import type { Storage } from '../../storage/storage.ts'
import { AdminError } from '../api/errors.ts'
import type { HandlerAnswer, Received } from '../api/route.ts'
import type { Handlers } from '../api/serve.ts'
import { tryPort } from '../gateway/try-port.ts'
import type { Jobs } from '../jobs/jobs.ts'
import { restartAfter } from '../restart/restart-after.ts'
import type { takeOverContract } from './contract.ts'
import type { takeOverProgressContract } from './progress-contract.ts'
import { keepSentFile, listSentFiles, removeSentPart, sentSource, shownPath } from './sent-source.ts'

export interface TakeOverOptions {
  readonly dataDir: string
  readonly runtime: Runtime
  readonly storage: Storage
  readonly sealer: Sealer
  readonly sealingKey: Buffer
  readonly config: () => Config
  readonly jobs: Jobs
  /** Null where nobody can start this process anew. */
  readonly requestRestart: (() => void) | null
  /** The configuration with which the last restart failed. */
  readonly refusedRestart: RefusedRestart | null
}

type Contract = typeof takeOverContract & typeof takeOverProgressContract
type Asked = Received<Contract['POST /api/take-over/look']>['body']
type Looked = NonNullable<HandlerAnswer<Contract['GET /api/take-over']>['looked']>

/** What was looked at last, with what an order needs; `source` may hold a password. */
interface Look {
  readonly source: ImportSource
  readonly choices: ImportChoices
  readonly shown: Looked
}

type Own = Exclude<keyof Contract, 'GET /api/take-over/comparison' | 'POST /api/take-over/compare'>

export function createTakeOverHandlers(options: TakeOverOptions): Pick<Handlers<Contract>, Own> {
  const { dataDir, runtime, storage, sealer, sealingKey, config, jobs, requestRestart } = options
  let last: Look | null = null

  async function sourceOf(asked: Asked): Promise<ImportSource> {
    const { kind, from, database, keys, withoutKeys, domain } = asked
    return {
      kind,
      ...(from === 'upload' ? await sentSource(dataDir) : { path: needPath(asked) }),
      ...(database === undefined ? {} : { database }),
      ...(keys === undefined ? {} : { keys }),
      ...(withoutKeys === undefined ? {} : { withoutKeys }),
      ...(domain === undefined ? {} : { domain }),
    }
  }

  /** The address that the public listener would have, and whether it could. */
  async function listenOf(plan: ImportPlan): Promise<Looked['listen']> {
    const own = config().server.listen
    const [host, port] = (['host', 'port'] as const).map((key) => {
      const found = plan.settings.find(({ to, fate }) => to === `server.listen.${key}` && fate !== 'kept')
      return found?.value ?? own[key]
    })
    const address = { host: String(host), port: Number(port) }
    return { ...address, ...(await tryPort(address, own)) }
  }

  return {
    async 'GET /api/take-over'() {
      const [sent, staged, outcome] = await Promise.all([
        listSentFiles(dataDir),
        readStagedImport(dataDir),
        readImportOutcome(dataDir),
      ])
      const { refusedRestart } = options
      const isRefused = refusedRestart !== null && outcome !== null && refusedRestart.at >= outcome.at
      return {
        sent,
        looked: last?.shown ?? null,
        waiting: staged === null ? null : { kind: staged.source.kind, requestedAt: staged.requestedAt },
        outcome: outcome === null ? null : shownOutcome(outcome, dataDir),
        refused: isRefused ? describeRefusal(refusedRestart) : null,
        canRestart: requestRestart !== null,
      }
    },

    async 'GET /api/take-over/progress'() {
      const isWaiting = (await readStagedImport(dataDir)) !== null
      return { state: isWaiting ? 'waiting' : 'none', part: null, section: null, done: 0, total: 0 }
    },

    async 'PUT /api/take-over/files/{part}'({ params: { part }, query: { path } }, { file, note }) {
      await keepSentFile(file, { dataDir, runtime }, part, path ?? '')
      note({ target: part, after: { bytes: file.bytes } })
      return {}
    },

    async 'DELETE /api/take-over/files/{part}'({ params: { part } }, { note }) {
      await removeSentPart(dataDir, part)
      note({ target: part })
      return {}
    },

    async 'POST /api/take-over/look'({ body }) {
      const source = await sourceOf(body)
      const { replaceSettings = false, listen } = body
      const choices = { replaceSettings, ...(listen === undefined ? {} : { listen }) }
      const job = jobs.start({
        kind: 'import',
        target: 'take-over',
        work: async ({ signal, step, advance }) => {
          let latest: string | null = null
          const world = { dataDir, runtime, storage, sealingKey }
          const plan = await planImport(source, world, choices, ({ part, section, done, total }) => {
            signal.throwIfAborted()
            if (latest !== (section ?? part)) step((latest = section ?? part))
            advance(done, total)
          })
          const report = shownReport(reportOf(plan), dataDir)
          const shown = { at: runtime.clock.now(), listen: await listenOf(plan), report }
          last = { source, choices, shown: { ...shown, listenAs: listen ?? null } }
          return {}
        },
      })
      return { job }
    },

    async 'POST /api/take-over/apply'(_input, { note, reply }) {
      if (last === null) {
        throw new AdminError('conflict', {
          message: 'Nothing was looked at since the last start. Look again.',
        })
      }
      const { source, choices, shown } = last
      const { listen } = shown
      if (listen?.state === 'taken' && (await tryPort(listen, config().server.listen)).state === 'taken') {
        throw portTaken(listen)
      }
      const { database, ...place } = source
      await forgetImportOutcome(dataDir)
      await writeStagedImport(dataDir, {
        version: 1,
        id: runtime.random.bytes(9).toString('base64url'),
        requestedAt: runtime.clock.now(),
        attempts: 0,
        source: {
          ...place,
          ...(database === undefined ? {} : { database: { sealed: sealer.seal(database) } }),
        },
        choices: { replaceSettings: choices.replaceSettings, listen: choices.listen },
      })
      note({ target: source.kind, after: { path: shownPath(dataDir, source.path), ...choices } })
      return { restarting: restartAfter(reply, requestRestart) }
    },

    async 'POST /api/take-over/cancel'() {
      await forgetStagedImport(dataDir)
      return {}
    },

    async 'POST /api/take-over/forget'() {
      last = null
      const outcome = await readImportOutcome(dataDir)
      await forgetImportOutcome(dataDir)
      // What failed is tried again with the same files.
      const hasFailed = outcome !== null && outcome.error !== null
      if (!hasFailed) await removeSentFiles(dataDir)
      return {}
    },
  }
}

function needPath({ path }: Asked): string {
  if (path !== undefined) return path
  throw new AdminError('invalid', {
    problems: [
      {
        path: 'path',
        message: 'The path of its configuration file is missing.',
        fix: 'Such as: /etc/ma1sd/ma1sd.yaml',
      },
    ],
  })
}

const shownReport = (report: ImportReport, dataDir: string): ImportReport => ({
  ...report,
  configPath: shownPath(dataDir, report.configPath),
})

const shownOutcome = ({ at, report, error }: ImportOutcome, dataDir: string) => ({
  at,
  error,
  report: report === null ? null : shownReport(report, dataDir),
})

function describeRefusal({ error, keptAs }: RefusedRestart) {
  const { code, message, fix } = error
  return { code, message, fix, keptAs }
}

const portTaken = ({ port, owner, command }: NonNullable<Looked['listen']>) =>
  new AdminError('not-possible', {
    message: `${owner ?? 'Another program'} still has port ${port}, which Signpost would get.`,
    fix: `Stop the old server first${command === null ? '' : `: ${command}`}. Or let Signpost keep its own port for now.`,
    params: { reason: 'port-taken' },
  })
