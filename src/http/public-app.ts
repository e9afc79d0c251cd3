import { fastify, type FastifyInstance } from 'fastify'
import type { Logger } from '../runtime.ts'
import { closeConnectionsWhenIdle } from './close-idle.ts'
import { addCors } from './cors.ts'
import { addErrorHandling, frameworkError } from './errors.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Address of the client, with the headers of trusted proxies taken into account. */
    clientAddress: string
  }
}

export interface PublicAppOptions {
  readonly log: Logger
  readonly maxBodyBytes: number
  readonly clientAddress: (socketAddress: string, forwardedFor: string | undefined) => string
  /** Certificate and key for HTTPS; null for plain HTTP behind a reverse proxy. */
  readonly tls: { readonly cert: string; readonly key: string } | null
}

/** Longest a client may take to send a request, and an idle connection may stay open. */
const REQUEST_TIMEOUT_MS = 30_000
const KEEP_ALIVE_MS = 75_000

/** `type/subtype` by RFC 9110, section 8.3.1: Fastify refuses a request with any other Content-Type by itself. */
const mediaType = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(;|$)/

/** The public listener without its routes: transport rules that hold for every endpoint. */
export function createPublicApp(options: PublicAppOptions): FastifyInstance {
  const app = fastify({
    logger: false,
    https: options.tls,
    bodyLimit: options.maxBodyBytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: 'idle',
    frameworkErrors: frameworkError,
    routerOptions: { ignoreTrailingSlash: true, ignoreDuplicateSlashes: true, maxParamLength: 512 },
  }) as unknown as FastifyInstance
  closeConnectionsWhenIdle(app)
  app.decorateRequest('clientAddress', '')
  app.addHook('onRequest', (request, _reply, done) => {
    const forwarded = request.headers['x-forwarded-for']
    request.clientAddress = options.clientAddress(
      request.socket.remoteAddress ?? '',
      Array.isArray(forwarded) ? forwarded.join(',') : forwarded,
    )
    // The header decides nothing here, so a malformed one is as good as none.
    if (!mediaType.test(request.headers['content-type'] ?? '')) delete request.headers['content-type']
    done()
  })
  addCors(app)
  addErrorHandling(app, options.log)
  // The specification wants bodies read as JSON whatever their header says, so each route decides (`parameters.ts`).
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  return app
}
