import { randomBytes } from 'node:crypto'
import { createAddressGuard } from '../../src/net/address-guard.ts'
import { createHttpClient, type HttpClient } from '../../src/net/http-client.ts'
import { createResolver, type Resolver } from '../../src/net/resolver.ts'
import type { Clock, Random } from '../../src/runtime.ts'

export const random: Random = { bytes: (count) => randomBytes(count) }

/** A source whose every draw is the same fraction of its range: 0 for all zeros, just below 1 for all ones. */
export function constantRandom(byte: number): Random {
  return { bytes: (count) => Buffer.alloc(count, byte) }
}

/** A clock that a test moves. */
export function manualClock(start = Date.UTC(2026, 0, 1)): Clock & { advance(ms: number): void } {
  let time = start
  return {
    now: () => time,
    advance(ms) {
      time += ms
    },
  }
}

export interface Outgoing {
  readonly resolver: Resolver
  readonly http: HttpClient
}

export interface OutgoingOptions {
  /** `ip:port` of a DNS server; the system's way without. */
  readonly dns?: string
  readonly allowPrivate?: readonly string[]
  readonly ca?: string
  readonly timeoutMs?: number
}

/** The real resolver, guard and HTTP client, put together as the appliance does it. */
export function createOutgoing(options: OutgoingOptions = {}): Outgoing {
  const timeoutMs = options.timeoutMs ?? 5_000
  const resolver = createResolver({
    servers: options.dns === undefined ? [] : [options.dns],
    timeoutMs,
    random,
  })
  const guard = createAddressGuard({ allowPrivate: options.allowPrivate ?? [] })
  const caFile = options.ca === undefined ? [] : [options.ca]
  return { resolver, http: createHttpClient({ resolver, guard, caFile, timeoutMs }) }
}
