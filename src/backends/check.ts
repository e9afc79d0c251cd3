import type { Clock } from '../runtime.ts'
import { asBackendFailure } from './failure.ts'

/** One step of `check()`: what was tried and how it went. */
export interface CheckStep {
  /** Stable name: `settings`, `resolve`, `connect`, `tls`, `login`, `count`, `sample`, or one of a kind's own. */
  readonly step: string
  readonly outcome: 'ok' | 'warning' | 'failed'
  /** What was seen, as a sentence. */
  readonly detail: string
  /** What to do, as a sentence; null when there is nothing to do. */
  readonly fix: string | null
  readonly ms: number
  /** Some people as they would be known, for the step `sample`. */
  readonly sample?: readonly SamplePerson[]
}

/** A person as the directory has them and as Signpost reads them. */
export interface SamplePerson {
  readonly key: string
  /** Null when no Matrix ID could be made. */
  readonly mxid: string | null
  readonly displayName: string | null
  /** Canonical addresses: `email anna@example.org`. Full: the sample is for the operator of this directory. */
  readonly addresses: readonly string[]
  /** Why the person, or a value, is left out. */
  readonly problems: readonly string[]
}

/** What a step answers when it does not fail. */
export type StepResult = Pick<CheckStep, 'detail' | 'sample'> & {
  readonly outcome?: 'ok' | 'warning'
  readonly fix?: string
}

/** A step: its name and its work, which throws `BackendFailure` to fail. */
export type CheckWork = readonly [step: string, work: () => Promise<StepResult>]

/** Runs steps until one fails, and times each. */
export async function* runChecks(clock: Clock, steps: Iterable<CheckWork>): AsyncGenerator<CheckStep> {
  for (const [step, work] of steps) {
    const begun = clock.now()
    try {
      const { outcome = 'ok', fix = null, ...rest } = await work()
      yield { step, outcome, fix, ms: clock.now() - begun, ...rest }
    } catch (error) {
      const failure = asBackendFailure(error)
      yield { step, outcome: 'failed', detail: failure.message, fix: failure.fix, ms: clock.now() - begun }
      return
    }
  }
}
