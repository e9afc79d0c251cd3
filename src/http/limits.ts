import type { Config } from '../config/schema.ts'
import { limitKey } from '../net/limit-key.ts'
import type { Clock } from '../runtime.ts'
import { createRateLimiter, type ReturningLimiter } from './rate-limiter.ts'

type LimitName = Exclude<keyof Config['rateLimits'], 'enabled'>

/**
 * One limiter per entry of the `rateLimits` section; changed rates apply at once. Those per IP take the address of the
 * client and count IPv6 by the network (`net/limit-key.ts`).
 */
export type Limits = Readonly<Record<LimitName, ReturningLimiter>>

export function createLimits(config: () => Config, clock: Clock): Limits {
  const names = Object.keys(config().rateLimits).filter((name): name is LimitName => name !== 'enabled')
  const limiters = names.map((name) => [
    name,
    perClient(
      name,
      createRateLimiter(
        () => config().rateLimits[name],
        clock,
        () => config().rateLimits.enabled,
      ),
    ),
  ])
  return Object.fromEntries(limiters) as Limits
}

function perClient(name: LimitName, limiter: ReturningLimiter): ReturningLimiter {
  if (!name.endsWith('PerIp')) return limiter
  return {
    take: (address, cost) => limiter.take(limitKey(address), cost),
    giveBack: (address, cost) => limiter.giveBack(limitKey(address), cost),
  }
}
