import type { Random } from '../runtime.ts'
import { between } from '../storage/jitter.ts'

const FIRST_RETRY_MS = 5_000
const LONGEST_RETRY_MS = 3_600_000

/** Milliseconds until the next attempt after so many: five seconds at first, doubled each time, an hour at most. */
export function backOff(random: Random, attempts: number): number {
  const delay = Math.min(FIRST_RETRY_MS * 2 ** (attempts - 1), LONGEST_RETRY_MS)
  return Math.round(Math.min(between(random, 0.8 * delay, 1.2 * delay), LONGEST_RETRY_MS))
}
