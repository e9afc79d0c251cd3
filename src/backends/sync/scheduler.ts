import { randomFraction } from '../../net/random-fraction.ts'
import type { Runtime } from '../../runtime.ts'
import { acquireLease, releaseLease } from '../../storage/leases.ts'
import type { Storage } from '../../storage/storage.ts'
import { BackendFailure } from '../failure.ts'
import { syncSettings } from '../mirrored.ts'
import type { BackendConfig } from '../sections.ts'
import { forgetMirror } from './mirror.ts'
import type { SyncOutcome } from './run-sync.ts'
import { mirroredSources, readSyncState, type SyncState } from './state.ts'

export interface SyncSchedulerOptions {
  readonly storage: Storage
  readonly runtime: Runtime
  /** All of the configuration, mirrored or not. */
  readonly backends: readonly BackendConfig[]
  /** Names this process in the leases. */
  readonly processId: string
  readonly sync: (config: BackendConfig, order: SyncOrderOptions, signal: AbortSignal) => Promise<SyncOutcome>
  /** After a sync that changed something. */
  readonly changed: () => Promise<void>
}

export interface SyncOrderOptions {
  readonly full: boolean
  readonly acceptRemovals: boolean
  /** Told how many people were read so far. */
  readonly progress?: (read: number) => void
}

/** Keeps the mirrors up to date: each in its own rhythm, one at a time in this process, each by one process at a time. */
export interface SyncScheduler {
  start(): void
  /** Runs now, after the one under way; for those who do not want to wait. Rejects with `BackendFailure`. */
  syncNow(id: string, order: SyncOrderOptions): Promise<SyncOutcome>
  stop(): Promise<void>
}

const LEASE_MS = 60_000
const RENEW_MS = 20_000
const FIRST_RETRY_MS = 10_000
/** Node's timers fire at once beyond it. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

export function createSyncScheduler(options: SyncSchedulerOptions): SyncScheduler {
  const { storage, runtime, processId } = options
  const mirrored = options.backends.filter((config) => syncSettings(config) !== null)
  const timers = new Set<NodeJS.Timeout>()
  const stopping = new AbortController()
  let turn: Promise<unknown> = Promise.resolve()

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = turn.then(work)
    turn = result.catch(() => undefined)
    return result
  }

  /** Null when another process is at it. */
  async function runLeased(config: BackendConfig, order: SyncOrderOptions): Promise<SyncOutcome | null> {
    const lease = `sync ${config.id}`
    const take = () => acquireLease(storage, runtime, lease, processId, LEASE_MS)
    if (!(await take())) return null
    const renewal = setInterval(() => void take().catch(() => undefined), RENEW_MS)
    const limit = AbortSignal.timeout(syncSettings(config)?.timeout ?? LEASE_MS)
    try {
      const outcome = await options.sync(config, order, AbortSignal.any([stopping.signal, limit]))
      if (outcome.ok && didChange(outcome)) await options.changed()
      return outcome
    } finally {
      clearInterval(renewal)
      await releaseLease(storage, lease, processId)
    }
  }

  function plan(config: BackendConfig, inMs: number): void {
    if (stopping.signal.aborted) return
    const timer = setTimeout(
      () => {
        timers.delete(timer)
        void inTurn(() => attempt(config))
          .catch((error: unknown) => {
            if (stopping.signal.aborted) return
            runtime.log.error({ err: error, backend: config.id }, 'a sync ended unexpectedly')
          })
          .then(async () => plan(config, await dueIn(config)))
          .catch(() => plan(config, FIRST_RETRY_MS))
      },
      Math.min(inMs, LONGEST_TIMER_MS),
    )
    timer.unref()
    timers.add(timer)
  }

  async function attempt(config: BackendConfig): Promise<void> {
    if (stopping.signal.aborted) return
    // Another process may have done it meanwhile.
    if ((await dueIn(config)) > FIRST_RETRY_MS) return
    await runLeased(config, { full: false, acceptRemovals: false })
  }

  async function dueIn(config: BackendConfig): Promise<number> {
    const state = await readSyncState(storage.db, config.id)
    const every = syncSettings(config)?.every ?? LONGEST_TIMER_MS
    const due = nextSyncAt(state, every) - runtime.clock.now()
    // Up to a tenth later, so that replicas and directories are not all at it in the same second.
    return due <= 0 ? 0 : due * (1 + randomFraction(runtime.random) / 10)
  }

  /** What a directory said that is no longer configured is nobody's business. */
  async function forgetFormer(): Promise<void> {
    const configured = new Set(mirrored.map(({ id }) => id))
    const former = (await mirroredSources(storage.db)).filter((source) => !configured.has(source))
    for (const source of former) {
      if (!stopping.signal.aborted) await forgetMirror((work) => storage.transaction(work), source)
    }
    if (former.length > 0) runtime.log.info({ backends: former }, 'forgot the copies of former backends')
  }

  return {
    start() {
      void inTurn(forgetFormer).catch((error: unknown) =>
        runtime.log.error({ err: error }, 'cannot forget mirrors'),
      )
      for (const config of mirrored)
        void dueIn(config).then(
          (ms) => plan(config, ms),
          () => plan(config, 0),
        )
    },
    async syncNow(id, order) {
      const config = mirrored.find((each) => each.id === id)
      if (config === undefined) {
        const fix = 'Name an enabled backend that can list its people.'
        throw new BackendFailure(
          'configuration',
          `There is no copy of a backend "${id}" to bring up to date.`,
          fix,
        )
      }
      const outcome = await inTurn(() => runLeased(config, order))
      if (outcome !== null) return outcome
      throw new BackendFailure(
        'closed',
        'Another process is syncing it at this moment.',
        'Try again in a while.',
      )
    },
    async stop() {
      stopping.abort()
      for (const timer of timers) clearTimeout(timer)
      await turn
    },
  }
}

/** When the next sync is due, milliseconds since the epoch; a directory that fails is tried again sooner. */
export function nextSyncAt(state: SyncState | null, everyMs: number): number {
  if (state === null || state.finished_at === null) return 0
  if (state.failures === 0) return state.finished_at + everyMs
  return state.finished_at + Math.min(everyMs, FIRST_RETRY_MS * 2 ** Math.min(state.failures - 1, 20))
}

function didChange(outcome: Extract<SyncOutcome, { ok: true }>): boolean {
  const { added, changed, removed } = outcome.result
  return added + changed + removed > 0
}
