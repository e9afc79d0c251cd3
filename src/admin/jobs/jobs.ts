import type { Runtime } from '../../runtime.ts'
import { OperatorError } from '../../config/operator-error.ts'
import { AdminError } from '../api/errors.ts'
import type { Job, JobKind } from './shapes.ts'

/** What work tells of itself while it runs. */
export interface JobProgress {
  /** Aborts when somebody cancels the job, or Signpost stops. */
  readonly signal: AbortSignal
  /** The step that begins: `jobs.steps.<step>` in the texts of the console. */
  step(name: string): void
  /** How far it is; `total` null when nobody knows. */
  advance(done: number, total: number | null): void
}

export interface JobOrder<T> {
  readonly kind: JobKind
  readonly target?: string | null
  /** False for what must not be left half done. */
  readonly cancellable?: boolean
  readonly work: (progress: JobProgress) => Promise<T>
}

/** Long work, started by a route and followed by whoever looks. */
export interface Jobs {
  /** Starts it. @throws AdminError `conflict` while the same kind of work is done on the same target. */
  start<T>(order: JobOrder<T>): Job
  list(): readonly Job[]
  find(id: string): Job | null
  /** Asks it to end. Null: there is no such job. @throws AdminError `not-possible`. */
  cancel(id: string): Job | null
  /** Ends what runs, and waits for it. */
  stop(): Promise<void>
}

export interface JobsOptions {
  readonly runtime: Runtime
  readonly publish: (job: Job) => void
}

/** How long a result can be looked at. */
const KEPT_MS = 3_600_000
/** A bar that moves more often looks no smoother. */
const PROGRESS_MS = 250

interface Running {
  job: Job
  readonly abort: AbortController
  readonly ended: Promise<void>
  toldAt: number
}

export function createJobs({ runtime, publish }: JobsOptions): Jobs {
  const { clock, random, log } = runtime
  const all = new Map<string, Running>()

  function change(running: Running, changes: Partial<Job>, quietly = false): void {
    running.job = { ...running.job, ...changes }
    const now = clock.now()
    if (quietly && now - running.toldAt < PROGRESS_MS) return
    running.toldAt = now
    publish(running.job)
  }

  function forgetOld(): void {
    const before = clock.now() - KEPT_MS
    for (const [id, { job }] of all) {
      if (job.finishedAt !== null && job.finishedAt < before) all.delete(id)
    }
  }

  async function run<T>(running: Running, work: JobOrder<T>['work']): Promise<void> {
    const { signal } = running.abort
    const progress: JobProgress = {
      signal,
      step: (step) => change(running, { step, done: 0, total: null }),
      advance: (done, total) => change(running, { done, total }, true),
    }
    try {
      const result = await work(progress)
      change(running, { state: signal.aborted ? 'cancelled' : 'done', result, finishedAt: clock.now() })
    } catch (error) {
      const finishedAt = clock.now()
      if (signal.aborted) return change(running, { state: 'cancelled', finishedAt })
      const { kind, id } = running.job
      log.warn({ err: error, job: id, kind }, 'long work has failed')
      change(running, { state: 'failed', error: asJobError(error), finishedAt })
    }
  }

  return {
    start({ kind, target = null, cancellable = true, work }) {
      forgetOld()
      const isSame = ({ job }: Running) =>
        job.kind === kind && job.target === target && job.state === 'running'
      if ([...all.values()].some(isSame)) {
        throw new AdminError('conflict', { message: 'This is being done already.', params: { job: kind } })
      }
      const job: Job = {
        id: random.bytes(9).toString('base64url'),
        kind,
        target,
        state: 'running',
        startedAt: clock.now(),
        finishedAt: null,
        step: null,
        done: 0,
        total: null,
        cancellable,
        result: null,
        error: null,
      }
      const { promise, resolve } = Promise.withResolvers<void>()
      const running: Running = { job, abort: new AbortController(), ended: promise, toldAt: 0 }
      all.set(job.id, running)
      publish(job)
      void run(running, work).finally(resolve)
      return job
    },
    list() {
      forgetOld()
      return [...all.values()].map(({ job }) => job).toReversed()
    },
    find: (id) => all.get(id)?.job ?? null,
    cancel(id) {
      const running = all.get(id)
      if (running === undefined) return null
      if (!running.job.cancellable) {
        throw new AdminError('not-possible', { message: 'This cannot be stopped half-way.' })
      }
      if (running.job.state === 'running') running.abort.abort()
      return running.job
    },
    async stop() {
      const running = [...all.values()]
      for (const { abort } of running) abort.abort()
      await Promise.all(running.map(({ ended }) => ended))
    },
  }
}

function asJobError(error: unknown): NonNullable<Job['error']> {
  if (error instanceof OperatorError) return { code: error.code, message: error.message, fix: error.fix }
  if (error instanceof AdminError) {
    return { code: error.code, message: error.message, fix: error.details.fix ?? null }
  }
  return { code: 'internal', message: 'Something broke in Signpost; its log has the reason.', fix: null }
}
