import type { Clock, Random } from '../runtime.ts'
import { randomFraction } from '../net/random-fraction.ts'

export type BreakerState = 'closed' | 'open' | 'half-open'

/**
 * Leaves a directory alone that fails again and again, so that nobody waits for it in vain: after `FAILURES` in a row
 * it opens, for a time that doubles with every failed probe; then one question may try (half-open), and its outcome
 * closes it or opens it again.
 */
export interface Breaker {
  state(): BreakerState
  /** When the next question may try, milliseconds since the epoch; null while closed. */
  retryAt(): number | null
  /** True when a question may go out; in the half-open state for one of them only. */
  admit(): boolean
  /** Every admitted question reports once how it went. */
  succeeded(): void
  failed(): void
}

const FAILURES = 3
const FIRST_PAUSE_MS = 5_000
const LONGEST_PAUSE_MS = 60_000

export function createBreaker(clock: Clock, random: Random): Breaker {
  let failures = 0
  let pauseMs = FIRST_PAUSE_MS
  let openUntil: number | null = null
  let probing = false

  function state(): BreakerState {
    if (openUntil === null) return 'closed'
    return clock.now() < openUntil ? 'open' : 'half-open'
  }

  return {
    state,
    retryAt: () => openUntil,
    admit() {
      if (openUntil === null) return true
      if (probing || state() === 'open') return false
      probing = true
      return true
    },
    succeeded() {
      failures = 0
      pauseMs = FIRST_PAUSE_MS
      openUntil = null
      probing = false
    },
    failed() {
      // One that was under way when others opened it says nothing new.
      if (openUntil !== null && !probing) return
      failures += 1
      if (failures < FAILURES) return
      // Up to a fifth more, so that replicas do not probe a recovering directory in step.
      openUntil = clock.now() + pauseMs * (1 + randomFraction(random) / 5)
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
      probing = false
    },
  }
}
