import { MatrixError } from '../matrix/errors.ts'
import type { Clock } from '../runtime.ts'

export interface Rate {
  /** Sustained rate. */
  readonly perMinute: number
  /** How many may come at once after a quiet time. */
  readonly burst: number
}

export interface RateLimiter {
  /**
   * Takes `cost` units from the budget of `key`.
   * @throws MatrixError `M_LIMIT_EXCEEDED` with `Retry-After`, when the budget is spent. Nothing is taken then.
   */
  take(key: string, cost?: number): void
}

export interface ReturningLimiter extends RateLimiter {
  /** Returns what was taken for something that did not count in the end. */
  giveBack(key: string, cost?: number): void
}

/** Keys remembered per limiter: an attacker with many addresses costs at most a few megabytes. */
const MAX_KEYS = 50_000

/**
 * A rate limit by the generic cell rate algorithm: per key one number, the time at which its budget is full again.
 * In memory and per process; several processes behind a balancer each allow the full rate.
 */
export function createRateLimiter(rate: () => Rate, clock: Clock, enabled: () => boolean): ReturningLimiter {
  const fullAgainAt = new Map<string, number>()
  return {
    take(key, cost = 1) {
      if (!enabled()) return
      const { perMinute, burst } = rate()
      const msPerUnit = 60_000 / perMinute
      const now = clock.now()
      const next = Math.max(fullAgainAt.get(key) ?? 0, now) + Math.min(cost, burst) * msPerUnit
      const waitMs = next - burst * msPerUnit - now
      // Rounding to the millisecond: without it, fractions of a unit would refuse the last request of a burst.
      if (waitMs >= 1) throw limitExceeded(waitMs)
      remember(fullAgainAt, key, next)
    },
    giveBack(key, cost = 1) {
      const time = fullAgainAt.get(key)
      if (time !== undefined) fullAgainAt.set(key, time - (cost * 60_000) / rate().perMinute)
    },
  }
}

/** A map keeps the order of insertion: the first key is the one that was quiet longest. */
function remember(times: Map<string, number>, key: string, time: number): void {
  times.delete(key)
  times.set(key, time)
  if (times.size <= MAX_KEYS) return
  const [oldest] = times.keys()
  if (oldest !== undefined) times.delete(oldest)
}

/** Client-Server API, "Rate limiting": 429 with `Retry-After` in seconds, and the older `retry_after_ms`. */
function limitExceeded(waitMs: number): MatrixError {
  const seconds = Math.ceil(waitMs / 1000)
  return new MatrixError('M_LIMIT_EXCEEDED', {
    headers: { 'retry-after': String(seconds) },
    fields: { retry_after_ms: seconds * 1000 },
  })
}
