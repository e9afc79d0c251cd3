import type { FastifyInstance, FastifyRequest } from 'fastify'
import { jsonBody } from '../http/parameters.ts'
import type { RateLimiter } from '../http/rate-limiter.ts'
import { limitKey } from '../net/limit-key.ts'
import { bindAddress, signedUris, type BindOptions } from './bind.ts'
import { unbindAddress, type UnbindOptions } from './unbind.ts'

export interface AssociationRouteOptions extends BindOptions, UnbindOptions {
  /** The Matrix ID behind the request, or null where the API version knows no accounts. Throws for a bad token. */
  readonly authenticate: (request: FastifyRequest) => Promise<string | null>
  /** Reads the body of `bind`: v2 takes JSON and forms, v1 the query string too. */
  readonly parameters: (request: FastifyRequest) => Record<string, unknown>
  readonly bindLimiter: RateLimiter
  readonly unbindLimiter: RateLimiter
}

/**
 * Enough for any Matrix ID, address and session. Whoever signs a request also decides how much of it is written in
 * canonical form and verified, before anybody knows who it is.
 */
const MAX_UNBIND_BYTES = 16 * 1024

export function addAssociationRoutes(
  app: FastifyInstance,
  prefix: string,
  options: AssociationRouteOptions,
): void {
  app.post(`${prefix}/3pid/bind`, async (request) => {
    const userId = await options.authenticate(request)
    options.bindLimiter.take(userId ?? limitKey(request.clientAddress))
    return await bindAddress(options, options.parameters(request), userId)
  })

  // Homeservers sign this one instead of sending a token, so no token is asked for.
  const bodyLimit = Math.min(MAX_UNBIND_BYTES, app.initialConfig.bodyLimit ?? MAX_UNBIND_BYTES)
  app.post(`${prefix}/3pid/unbind`, { bodyLimit }, async (request) => {
    options.unbindLimiter.take(request.clientAddress)
    const content = jsonBody(request)
    // One header per signature; `headers` would keep the first of several only.
    const authorization = request.raw.headersDistinct['authorization']?.join(', ')
    await unbindAddress(options, content, {
      authorization,
      method: 'POST',
      uris: signedUris(request),
      content,
    })
    return {}
  })
}
