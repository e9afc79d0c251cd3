import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import { z } from 'zod'
import { cacheLifetime } from '../../net/cache-lifetime.ts'
import type { Clock } from '../../runtime.ts'
import { BackendFailure } from '../failure.ts'
import { readJson, type HttpCalls } from '../http-calls.ts'

const keySetShape = z.object({
  keys: z.array(z.looseObject({ kid: z.string(), kty: z.string() })).min(1),
})

export interface PublicKeys {
  /** The keys to check a token with that names `kid`. Throws `BackendFailure` when there are none to be had. */
  forToken(kid: string, signal: AbortSignal): Promise<JWTVerifyGetKey>
}

const usualLifetimeMs = 3_600_000
/** Strangers choose the `kid` of what they send: unknown ones must not make us fetch each time. */
const minIntervalMs = 60_000

interface KeySet {
  readonly kids: ReadonlySet<string>
  readonly getKey: JWTVerifyGetKey
  readonly fetchedAt: number
  readonly until: number
}

/** Keeps the keys for as long as their answer allows; a key that is not among them may be a new one, so it looks again. */
export function createPublicKeys(http: HttpCalls, url: string, clock: Clock): PublicKeys {
  let kept: KeySet | null = null

  async function fetchKeys(signal: AbortSignal): Promise<KeySet> {
    const response = await http.request({ url, maxBytes: 256 * 1024 }, signal)
    if (response.status !== 200) {
      const message = `The public keys of ID tokens could not be fetched: status ${response.status}.`
      throw new BackendFailure('protocol', message, 'Check certificatesUrl.')
    }
    const set = readJson(response, keySetShape, 'The set of public keys', 'Check certificatesUrl.')
    const now = clock.now()
    kept = {
      kids: new Set(set.keys.map(({ kid }) => kid)),
      getKey: createLocalJWKSet(set as JSONWebKeySet),
      fetchedAt: now,
      until: now + (cacheLifetime(response.headers, now) ?? usualLifetimeMs),
    }
    return kept
  }

  return {
    async forToken(kid, signal) {
      if (kept === null) return (await fetchKeys(signal)).getKey
      const now = clock.now()
      const isFresh = now < kept.until && kept.kids.has(kid)
      if (isFresh || now < kept.fetchedAt + minIntervalMs) return kept.getKey
      return (await fetchKeys(signal)).getKey
    },
  }
}
