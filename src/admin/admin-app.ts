import { fastify, type FastifyInstance } from 'fastify'
import type { Registry } from 'prom-client'
import type { Config } from '../config/schema.ts'
import { addHealthRoute } from '../http/health.ts'
import type { Random } from '../runtime.ts'
import { addHostCheck } from './gate/host-check.ts'
import { addConsole } from './static/console.ts'
import { addSecurityHeaders } from './static/security-headers.ts'

export interface AdminAppOptions {
  readonly config: () => Config
  /** Certificate and key for HTTPS; null for plain HTTP. */
  readonly tls: { readonly cert: string; readonly key: string } | null
  readonly random: Random
  readonly registry: Registry
  readonly checkHealth: () => Promise<void>
  /** What `/` says in plain text: where things are and how to go on. */
  readonly welcome: () => string
}

/** The admin listener: the console, metrics and health; the admin API is added to it. It shares no route with the public listener. */
export function createAdminApp(options: AdminAppOptions): FastifyInstance {
  const { tls } = options
  const app = (tls === null
    ? fastify({ logger: false })
    : fastify({ logger: false, https: tls })) as unknown as FastifyInstance
  addSecurityHeaders(app)
  addHostCheck(app, options.config)
  // JSON alone: other media types need no preflight, so that any page could send them.
  app.removeContentTypeParser('text/plain')
  addHealthRoute(app, options.checkHealth)
  app.get('/metrics', async (_request, reply) =>
    reply.type(options.registry.contentType).send(await options.registry.metrics()),
  )
  addConsole(app, options)
  return app
}
