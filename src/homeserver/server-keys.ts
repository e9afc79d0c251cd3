import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import { verifyJson } from '../matrix/signing.ts'
import { HttpFailure, type HttpResponse } from '../net/http-client.ts'
import type { Clock } from '../runtime.ts'
import type { FederationClient } from './federation-client.ts'

/** The signing keys of homeservers (Server-Server API, "Publishing keys"), fetched from themselves and kept for a while. */
export interface ServerKeys {
  /**
   * The public key (unpadded base64) that `serverName` publishes under `keyId` for signing requests, or null when
   * it publishes no such key. Throws HttpFailure when the server cannot be asked.
   */
  key(serverName: string, keyId: string): Promise<string | null>
}

export interface ServerKeysOptions {
  readonly federation: FederationClient
  readonly clock: Clock
}

interface Published {
  readonly keys: ReadonlyMap<string, string>
  readonly validUntil: number
}

interface Entry extends Published {
  readonly fetchedAt: number
  /** Why the last fetch failed; the keys are those of the fetch before. */
  readonly failure: HttpFailure | null
}

const nothing: Published = { keys: new Map(), validUntil: 0 }
/** Whoever sends signatures with invented key ids makes Signpost ask a server once in this time, not more often. */
const refetchAfter = 60_000
/** Longest use of a key, whatever the server says (Server-Server API, `valid_until_ts`). */
const maxValidity = 7 * 86_400_000
const maxBytes = 50 * 1024
const maxServers = 10_000

const keysSchema = z.looseObject({
  server_name: z.string(),
  valid_until_ts: z.number(),
  verify_keys: z.record(z.string(), z.looseObject({ key: z.string() })),
})

export function createServerKeys({ federation, clock }: ServerKeysOptions): ServerKeys {
  const cache = new LRUCache<string, Entry>({ max: maxServers })
  const underWay = new Map<string, Promise<Entry>>()

  async function fetchKeys(serverName: string): Promise<Entry> {
    try {
      const response = await federation.request(serverName, {
        method: 'GET',
        path: '/_matrix/key/v2/server',
        maxBytes,
      })
      return { ...readKeys(serverName, response, clock.now()), fetchedAt: clock.now(), failure: null }
    } catch (failure) {
      if (!(failure instanceof HttpFailure)) throw failure
      // Keys that are known stay good until they run out, even while their server is away.
      return { ...(cache.get(serverName) ?? nothing), fetchedAt: clock.now(), failure }
    }
  }

  function refresh(serverName: string): Promise<Entry> {
    const shared = underWay.get(serverName)
    if (shared !== undefined) return shared
    const fetched = fetchKeys(serverName)
      .then((entry) => {
        cache.set(serverName, entry)
        return entry
      })
      .finally(() => underWay.delete(serverName))
    underWay.set(serverName, fetched)
    return fetched
  }

  return {
    async key(serverName, keyId) {
      const known = cache.get(serverName)
      const found = known === undefined ? null : usableKey(known, keyId, clock.now())
      if (found !== null) return found
      const mayAsk = known === undefined || clock.now() >= known.fetchedAt + refetchAfter
      const entry = mayAsk ? await refresh(serverName) : known
      const key = usableKey(entry, keyId, clock.now())
      if (key === null && entry.failure !== null) throw entry.failure
      return key
    },
  }
}

function usableKey(published: Published, keyId: string, now: number): string | null {
  return now < published.validUntil ? (published.keys.get(keyId) ?? null) : null
}

/** The keys that signed the answer they stand in; only their owner can have published those. Throws `bad-json`. */
function readKeys(serverName: string, response: HttpResponse, now: number): Published {
  if (response.status !== 200) {
    throw new HttpFailure('bad-json', `Status ${response.status} instead of keys.`, { mayHaveArrived: true })
  }
  const answer = response.json()
  const { data } = keysSchema.safeParse(answer)
  if (data === undefined || data.server_name !== serverName) return nothing
  const published = Object.entries(data.verify_keys).map(([id, { key }]) => [id, key] as const)
  return {
    keys: new Map(published.filter(([id, key]) => verifyJson(answer, serverName, new Map([[id, key]])))),
    validUntil: Math.min(data.valid_until_ts, now + maxValidity),
  }
}
