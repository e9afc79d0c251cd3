import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import { parseServerName } from '../matrix/identifiers.ts'
import type { Clock, Random } from '../runtime.ts'
import { cacheLifetime } from './cache-lifetime.ts'
import { HttpFailure, type HttpClient, type HttpResponse } from './http-client.ts'
import { randomFraction } from './random-fraction.ts'

/** Server delegation through `https://<hostname>/.well-known/matrix/server` (Server-Server API, "Resolving server names"). */
export interface WellKnown {
  /** The server name that `hostname` delegates to, or null when there is no valid delegation. Never throws HttpFailure. */
  lookup(hostname: string): Promise<Delegation | null>
}

export interface Delegation {
  /** A valid server name. */
  readonly delegated: string
}

export interface WellKnownOptions {
  readonly http: HttpClient
  readonly clock: Clock
  /** Spreads the expiry of cached answers. */
  readonly random: Random
}

interface Entry {
  readonly answer: Delegation | null
  readonly expiresAt: number
  /** Failures in a row, for the back-off. */
  readonly failures: number
}

const minute = 60_000
const hour = 60 * minute
const defaultLifetime = 24 * hour
const maxLifetime = 48 * hour
const maxErrorLifetime = hour
const jitter = 10 * minute
const maxBytes = 50 * 1024
const maxRedirects = 10
const maxEntries = 10_000

const wellKnownSchema = z.looseObject({ 'm.server': z.string() })

/** Builds the lookup with its cache: valid answers as the peer's headers say, failures from one minute up to an hour. */
export function createWellKnown({ http, clock, random }: WellKnownOptions): WellKnown {
  const cache = new LRUCache<string, Entry>({ max: maxEntries })
  const underWay = new Map<string, Promise<Delegation | null>>()

  async function ask(hostname: string): Promise<Delegation | null> {
    const response = await fetchDelegation(http, hostname)
    const answer = response === null ? null : readDelegation(response)
    const now = clock.now()
    if (response === null || answer === null) {
      const failures = (cache.get(hostname)?.failures ?? 0) + 1
      // A tenth of jitter keeps the servers of one outage from being asked all at once.
      const wait =
        Math.min(maxErrorLifetime, minute * 2 ** (failures - 1)) * (1 - 0.1 * randomFraction(random))
      cache.set(hostname, { answer: null, expiresAt: now + wait, failures })
      return null
    }
    const stated = cacheLifetime(response.headers, now)
    const lifetime = Math.min(stated ?? defaultLifetime + jitter * randomFraction(random), maxLifetime)
    if (lifetime > 0) cache.set(hostname, { answer, expiresAt: now + lifetime, failures: 0 })
    else cache.delete(hostname)
    return answer
  }

  return {
    async lookup(hostname) {
      const entry = cache.get(hostname)
      if (entry !== undefined && clock.now() < entry.expiresAt) return entry.answer
      const shared = underWay.get(hostname)
      if (shared !== undefined) return shared
      const asked = ask(hostname).finally(() => underWay.delete(hostname))
      underWay.set(hostname, asked)
      return asked
    },
  }
}

async function fetchDelegation(http: HttpClient, hostname: string): Promise<HttpResponse | null> {
  try {
    return await http.request({
      url: `https://${hostname}/.well-known/matrix/server`,
      trust: 'stranger',
      redirects: maxRedirects,
      maxBytes,
    })
  } catch (error) {
    if (error instanceof HttpFailure) return null
    throw error
  }
}

/** The content type does not matter (specification); everything else does. */
function readDelegation(response: HttpResponse): Delegation | null {
  if (response.status !== 200) return null
  try {
    const delegated = wellKnownSchema.safeParse(response.json()).data?.['m.server']
    return delegated === undefined || parseServerName(delegated) === null ? null : { delegated }
  } catch (error) {
    if (error instanceof HttpFailure) return null
    throw error
  }
}
