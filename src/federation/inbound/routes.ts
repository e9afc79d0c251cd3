import type { FastifyInstance } from 'fastify'
import { jsonBody } from '../../http/parameters.ts'
import type { RateLimiter } from '../../http/rate-limiter.ts'
import { MatrixError } from '../../matrix/errors.ts'
import { federationPath } from '../wire.ts'
import type { SignedLookup } from './signed-lookup.ts'

export interface FederationRouteOptions {
  readonly signedLookup: SignedLookup
  /** Counts requests by IP address, before anything else is done for them. */
  readonly limiter: RateLimiter
  /** Tells how a lookup ended, for the counters. */
  readonly observe: (result: FederationResult) => void
}

export type FederationResult = 'answered' | 'refused' | 'limited' | 'failed'

/** The longest request has a thousand hashes of 43 characters; more is nonsense. */
const MAX_BODY_BYTES = 128 * 1024

/** Signed lookups of other Signposts. */
export function addFederationRoutes(app: FastifyInstance, options: FederationRouteOptions): void {
  const { signedLookup, limiter, observe } = options

  app.get(`${federationPath}/hash_details`, async (request) => {
    limiter.take(request.clientAddress)
    return await signedLookup.hashDetails()
  })

  app.post(`${federationPath}/lookup`, { bodyLimit: MAX_BODY_BYTES }, async (request) => {
    try {
      limiter.take(request.clientAddress)
      const answer = await signedLookup.answer(jsonBody(request), request.clientAddress)
      observe('answered')
      return answer
    } catch (error) {
      observe(resultOf(error))
      throw error
    }
  })
}

function resultOf(error: unknown): FederationResult {
  const status = error instanceof MatrixError ? error.status : 500
  if (status === 429) return 'limited'
  return status >= 500 ? 'failed' : 'refused'
}
