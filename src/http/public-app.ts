import { fastify, type FastifyInstance, type FastifyRequest } from 'fastify'
import type { MatrixError } from '../matrix/errors.ts'
import type { Logger } from '../runtime.ts'
import { answerBrokenRequest } from './broken-request.ts'
import { addCors } from './cors.ts'
import { addErrorHandling, frameworkError } from './errors.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Address of the client, with the headers of trusted proxies taken into account. */
    readonly clientAddress: string
    /** The Matrix ID whose token the request carries, once it was looked at; null until then, and without one. */
    userId: string | null
  }
}

export interface PublicAppOptions {
  readonly log: Logger
  readonly maxBodyBytes: number
  readonly clientAddress: (socketAddress: string, forwardedFor: string | undefined) => string
  /** Told of every request that is answered with an error. */
  readonly refused?: (request: FastifyRequest, error: MatrixError) => void
  /** Certificate and key for HTTPS; null for plain HTTP behind a reverse proxy. */
  readonly tls: { readonly cert: string; readonly key: string } | null
}

/** Longest a client may take to send a request, and an idle connection may stay open. */
const REQUEST_TIMEOUT_MS = 30_000
const KEEP_ALIVE_MS = 75_000
/** How often Node looks for requests that take too long; its own 30 s would double the limit. */
const serverOptions = { connectionsCheckingInterval: 5_000 }

/** `type/subtype` by RFC 9110, section 8.3.1: Fastify refuses a request with any other Content-Type by itself. */
const mediaType = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(;|$)/

/** The public listener without its routes: transport rules that hold for every endpoint. */
export function createPublicApp(options: PublicAppOptions): FastifyInstance {
  const app = fastify({
    logger: false,
    ...(options.tls === null ? { http: serverOptions } : { https: { ...options.tls, ...serverOptions } }),
    bodyLimit: options.maxBodyBytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    frameworkErrors: frameworkError,
    clientErrorHandler: answerBrokenRequest,
    routerOptions: { ignoreTrailingSlash: true, ignoreDuplicateSlashes: true, maxParamLength: 512 },
  }) as unknown as FastifyInstance
  // Worked out when somebody asks: most requests carry a token and need no address.
  app.decorateRequest('clientAddress', {
    getter() {
      const forwarded = this.headers['x-forwarded-for']
      const chain = Array.isArray(forwarded) ? forwarded.join(',') : forwarded
      return options.clientAddress(this.socket.remoteAddress ?? '', chain)
    },
  })
  app.decorateRequest('userId', null)
  app.addHook('onRequest', (request, _reply, done) => {
    // The header decides nothing here, so a malformed one is as good as none.
    const type = request.headers['content-type']
    if (type !== undefined && !mediaType.test(type)) delete request.headers['content-type']
    done()
  })
  addCors(app)
  addErrorHandling(app, options.log, options.refused)
  // The specification wants bodies read as JSON whatever their header says, so each route decides (`parameters.ts`).
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  return app
}
