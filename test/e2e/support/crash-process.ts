import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openSqliteReader } from '../../../src/storage/sqlite.ts'
import { eventually } from '../../support/poll.ts'
import {
  startSignpostProcess,
  type SignpostProcess,
  type SignpostProcessOptions,
} from './signpost-process.ts'

/** A statement at which the process kills itself with SIGKILL: the `nth` of this kind. */
export interface StatementPoint {
  readonly statement: string
  readonly nth: number
  readonly when: 'before' | 'after'
}

/** A Signpost that can be killed at any write to its database, and is started again as systemd does. */
export interface CrashProcess {
  readonly signpost: SignpostProcess
  readonly database: ReturnType<typeof openSqliteReader>
  /** The process dies at this point. */
  arm(point: StatementPoint): Promise<void>
  /** The writes of an undisturbed journey, in order; see `crash-server.ts`. */
  record(journey: () => Promise<void>): Promise<string[]>
  /** Goes through a journey, and starts the process again whenever it died. Answers how often that was. */
  survive(journey: () => Promise<void>): Promise<number>
  /** Nothing waits in the outbox any more. */
  settled(): Promise<void>
  stop(): Promise<void>
}

export const PATIENCE_MS = 30_000

export async function startCrashProcess(config: SignpostProcessOptions['config']): Promise<CrashProcess> {
  const entry = resolve(import.meta.dirname, 'crash-server.ts')
  const signpost = await startSignpostProcess({ entry, config })
  const database = openSqliteReader(join(signpost.dataDir, 'signpost.db'))

  async function tell(command: object): Promise<void> {
    const readies = () => signpost.stdout.split('\nready').length
    const before = readies()
    signpost.tell(JSON.stringify(command))
    await eventually(() => readies() > before, { what: 'the process to be ready', intervalMs: 5 })
  }

  async function isSettled(): Promise<boolean> {
    const waiting = await database
      .selectFrom('outbox')
      .select('id')
      .where('state', 'in', ['queued', 'sending'])
      .executeTakeFirst()
    return waiting === undefined && signpost.exit === null
  }
  const settled = async () =>
    void (await eventually(isSettled, { what: 'an empty outbox', timeoutMs: PATIENCE_MS }))

  return {
    signpost,
    database,
    arm: tell,
    settled,
    async record(journey) {
      await tell({ record: true })
      await journey()
      const [, ...lines] = signpost.stdout.trim().split('\n')
      return lines.filter((line) => line !== 'ready')
    },
    async survive(journey) {
      let deaths = 0
      const round = { isOver: false }
      const supervisor = (async () => {
        while (!round.isOver) {
          if (signpost.exit !== null) {
            deaths++
            await signpost.restart()
          }
          await sleep(5)
        }
      })()
      try {
        await Promise.race([journey(), supervisor])
        // The last of the points come when everything is done.
        await eventually(() => deaths > 0, { what: 'the death', timeoutMs: 5_000, intervalMs: 5 }).catch(
          () => {},
        )
        await settled()
      } finally {
        round.isOver = true
      }
      await supervisor
      return deaths
    },
    async stop() {
      await signpost.stop()
      await database.destroy()
    },
  }
}

/** Before every write of a journey, and after what is on the disk then. */
export function statementPoints(statements: readonly string[]): StatementPoint[] {
  const seen = new Map<string, number>()
  return statements.flatMap((statement) => {
    const nth = (seen.get(statement) ?? 0) + 1
    seen.set(statement, nth)
    const isDurable = statement === 'commit' || statement.endsWith(' alone')
    return (isDurable ? (['before', 'after'] as const) : (['before'] as const)).map((when) => ({
      statement,
      nth,
      when,
    }))
  })
}

/** For a strike that happens once. */
export function once(strike: () => Promise<void> | void): () => Promise<void> | void {
  let done = false
  return () => {
    if (done) return
    done = true
    return strike()
  }
}
