import type { Clock } from '../../runtime.ts'
import { PeerFailure } from '../peer-failure.ts'

/** One step of a check: what was tried and how it went. */
export interface PeerCheckStep {
  /** Stable name: `settings`, `dns`, `address`, `tls`, `api`, `key`, `account`, `terms`, `answer`. */
  readonly step: string
  readonly outcome: 'ok' | 'warning' | 'failed'
  /** What was seen, as a sentence or two. */
  readonly detail: string
  /** What to do, as a sentence; null when there is nothing to do. */
  readonly fix: string | null
  readonly ms: number
}

export interface StepResult {
  readonly detail: string
  readonly outcome?: 'ok' | 'warning'
  readonly fix?: string
}

/** A step: its name and its work, which throws PeerFailure to fail, and answers null when there is nothing to look at. */
export type StepWork = readonly [step: string, work: () => Promise<StepResult | null>]

/** Runs steps until one fails: what comes after it would fail for the same reason. */
export async function* runSteps(clock: Clock, steps: Iterable<StepWork>): AsyncGenerator<PeerCheckStep> {
  for (const [step, work] of steps) {
    const begun = clock.now()
    try {
      const result = await work()
      if (result === null) continue
      const { outcome = 'ok', fix = null, detail } = result
      yield { step, outcome, detail, fix, ms: clock.now() - begun }
    } catch (error) {
      if (!(error instanceof PeerFailure)) throw error
      yield { step, outcome: 'failed', detail: error.message, fix: error.fix, ms: clock.now() - begun }
      return
    }
  }
}
