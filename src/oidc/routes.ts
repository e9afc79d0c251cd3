import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { RateLimiter } from '../http/rate-limiter.ts'
import { MatrixError } from '../matrix/errors.ts'
import type { RunningProvider } from './oidc.ts'
import { oidcPath } from './path.ts'
import { showSignIn, takeSignIn, type SignInPageOptions } from './sign-in-page.ts'

export interface OidcRouteOptions extends SignInPageOptions {
  /** Null while the provider is switched off. */
  readonly running: () => Promise<RunningProvider | null>
  readonly limiter: RateLimiter
}

/** The page on which people sign in is ours; everything else below the issuer is the library's. */
export function addOidcRoutes(app: FastifyInstance, options: OidcRouteOptions): void {
  async function open(request: FastifyRequest): Promise<RunningProvider> {
    options.limiter.take(request.clientAddress)
    const running = await options.running()
    if (running === null) throw new MatrixError('M_UNRECOGNIZED')
    tellWhereFrom(request, running.settings.issuer)
    return running
  }

  const page = `${oidcPath}/sign-in/:uid`
  app.get(page, async (request, reply) =>
    showSignIn(options, { running: await open(request), request, reply }),
  )
  app.post(page, async (request, reply) =>
    takeSignIn(options, { running: await open(request), request, reply }),
  )
  void app.register(async (scope) => {
    // The library reads the body by itself.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
    scope.route({
      method: ['GET', 'POST'],
      url: `${oidcPath}/*`,
      handler: async (request, reply) => {
        const { provider, settings } = await open(request)
        const { raw } = request
        const path = pathWithin(raw.url ?? '')
        reply.hijack()
        mount(raw, new URL(settings.issuer).pathname, path)
        await provider.callback()(raw, reply.raw)
      },
    })
  })
}

/** @throws MatrixError for a path that only looks like ours once it is tidied up. */
function pathWithin(url: string): string {
  if (!url.startsWith(`${oidcPath}/`)) throw new MatrixError('M_UNRECOGNIZED')
  return url.slice(oidcPath.length)
}

/** The library makes addresses of its own from `originalUrl` and what is left of it in `url`, as Express mounts do. */
function mount(raw: IncomingMessage & { originalUrl?: string }, mountPath: string, path: string): void {
  raw.originalUrl = mountPath + path
  raw.url = path
}

/**
 * Writes down for the library where the request came from, in the headers that it believes: from what the configuration
 * says and the trusted proxies have proved, not from what a client may have sent.
 */
function tellWhereFrom({ raw, clientAddress }: FastifyRequest, issuer: string): void {
  const { protocol, host } = new URL(issuer)
  raw.headers['x-forwarded-for'] = clientAddress
  raw.headers['x-forwarded-proto'] = protocol.slice(0, -1)
  raw.headers['x-forwarded-host'] = host
}
