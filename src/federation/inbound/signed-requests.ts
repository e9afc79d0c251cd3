import { LRUCache } from 'lru-cache'
import type { RateLimiter } from '../../http/rate-limiter.ts'
import { isJsonObject } from '../../matrix/canonical-json.ts'
import { MatrixError } from '../../matrix/errors.ts'
import { verifyJson } from '../../matrix/signing.ts'
import { PeerFailure } from '../peer-failure.ts'
import type { PeerKeys } from '../peer-keys.ts'

/** Which server signed a request. */
export interface SignedRequests {
  /**
   * Resolves when `request`, as it arrived, is signed by `origin`, whose key is published by the identity server that
   * DNS names for `hostname`. `address` is the IP address of the caller.
   *
   * Throws MatrixError: `M_FORBIDDEN` without a valid signature, `M_LIMIT_EXCEEDED` where it would cause too many
   * questions for keys, 502 `M_UNKNOWN` when the key cannot be fetched.
   */
  verify(request: Readonly<Record<string, unknown>>, origin: Origin, address: string): Promise<void>
}

export interface Origin {
  /** The Matrix domain as it is written in the request. */
  readonly name: string
  /** Its host in lower case. */
  readonly hostname: string
}

export interface SignedRequestOptions {
  readonly keyOf: PeerKeys['ofDomain']
  /** Counts fetches of keys by the IP address that causes them. */
  readonly limiter: RateLimiter
  /** Longest wait for a key, in milliseconds. */
  readonly timeoutMs: () => number
}

/** Keys under way at once, of servers that have not proved themselves: they may be many, and hang. */
const MAX_UNDER_WAY = 32
const MAX_PROVED = 10_000
/** A server that changes its key may sign with both. */
const MAX_SIGNATURES = 2

export function createSignedRequests({ keyOf, limiter, timeoutMs }: SignedRequestOptions): SignedRequests {
  /** Server and key of good signatures: their keys are remembered, so that asking costs nobody anything. */
  const proved = new LRUCache<string, true>({ max: MAX_PROVED })
  let underWay = 0

  async function fetchKey(hostname: string, keyId: string): Promise<string | null> {
    try {
      return await keyOf(hostname, keyId, AbortSignal.timeout(timeoutMs()))
    } catch (cause) {
      if (!(cause instanceof PeerFailure)) throw cause
      const message = 'The signing key of the origin could not be fetched. Try again later.'
      throw new MatrixError('M_UNKNOWN', { status: 502, message, cause })
    }
  }

  /** A stranger names the server here, and nothing is proved yet: what he can cause is limited before it begins. */
  async function fetchUnproved(hostname: string, keyId: string, address: string): Promise<string | null> {
    limiter.take(address)
    if (underWay >= MAX_UNDER_WAY) throw new MatrixError('M_LIMIT_EXCEEDED')
    underWay++
    try {
      return await fetchKey(hostname, keyId)
    } finally {
      underWay--
    }
  }

  return {
    async verify(request, { name, hostname }, address) {
      for (const keyId of keyIdsOf(request, name)) {
        const proof = `${hostname} ${keyId}`
        const key = proved.has(proof)
          ? await fetchKey(hostname, keyId)
          : await fetchUnproved(hostname, keyId, address)
        if (key === null || !verifyJson(request, name, new Map([[keyId, key]]))) continue
        proved.set(proof, true)
        return
      }
      throw new MatrixError('M_FORBIDDEN', {
        message: 'The request carries no valid signature of its origin.',
      })
    },
  }
}

function keyIdsOf({ signatures }: Readonly<Record<string, unknown>>, entity: string): readonly string[] {
  const own = isJsonObject(signatures) && Object.hasOwn(signatures, entity) ? signatures[entity] : undefined
  const ids = isJsonObject(own) ? Object.keys(own) : []
  return ids.filter((id) => id.startsWith('ed25519:')).slice(0, MAX_SIGNATURES)
}
