import type { Random } from '../../../runtime.ts'
import { between } from '../../../storage/jitter.ts'
import type { AcmeFailure, AcmeFailureCode } from './failure.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/**
 * First rest and longest one, doubled in between. What the authority may have counted against us waits longer: Let's
 * Encrypt allows five failed checks an hour and name, and a certificate has weeks left when its renewal begins.
 */
const rests: Readonly<Record<AcmeFailureCode, readonly [number, number]>> = {
  'ca-unreachable': [MINUTE_MS, 2 * HOUR_MS],
  'ca-error': [5 * MINUTE_MS, 4 * HOUR_MS],
  'ca-untrusted': [15 * MINUTE_MS, 6 * HOUR_MS],
  'rate-limited': [HOUR_MS, DAY_MS],
  'port-unavailable': [5 * MINUTE_MS, HOUR_MS],
  'clock-wrong': [HOUR_MS, 6 * HOUR_MS],
  'challenge-failed': [15 * MINUTE_MS, DAY_MS],
  'name-refused': [HOUR_MS, DAY_MS],
  'terms-not-agreed': [HOUR_MS, DAY_MS],
  'account-refused': [HOUR_MS, DAY_MS],
  refused: [30 * MINUTE_MS, DAY_MS],
}

/** A wrong header must not put an installation to sleep for good. */
const LONGEST_WISH_MS = 8 * DAY_MS

/** How long to leave the authority alone after the `count`th failure in a row (from 1), in milliseconds. */
export function restAfter(failure: AcmeFailure, count: number, random: Random): number {
  const [first, longest] = rests[failure.code]
  const rest = Math.min(first * 2 ** Math.min(count - 1, 16), longest) * between(random, 0.85, 1.15)
  const wish = Math.min(failure.retryAfterMs ?? 0, LONGEST_WISH_MS)
  // A little after the time that the authority named: several waiters must not come at that very second.
  return Math.round(wish > 0 ? Math.max(rest, wish * between(random, 1.01, 1.05)) : rest)
}
