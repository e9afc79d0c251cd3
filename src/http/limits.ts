import type { Config } from '../config/schema.ts'
import type { Clock } from '../runtime.ts'
import { createRateLimiter, type RateLimiter } from './rate-limiter.ts'

type LimitName = Exclude<keyof Config['rateLimits'], 'enabled'>

/** One limiter per entry of the `rateLimits` section; changed rates apply at once. */
export type Limits = Readonly<Record<LimitName, RateLimiter>>

export function createLimits(config: () => Config, clock: Clock): Limits {
  const names = Object.keys(config().rateLimits).filter((name): name is LimitName => name !== 'enabled')
  const limiters = names.map((name) => [
    name,
    createRateLimiter(
      () => config().rateLimits[name],
      clock,
      () => config().rateLimits.enabled,
    ),
  ])
  return Object.fromEntries(limiters) as Limits
}
