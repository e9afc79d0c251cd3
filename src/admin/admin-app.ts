import { fastify, type FastifyInstance } from 'fastify'
import type { Registry } from 'prom-client'
import { addHealthRoute } from '../http/health.ts'

export interface AdminAppOptions {
  readonly registry: Registry
  readonly checkHealth: () => Promise<void>
  /** What `/` says in plain text: where things are and how to go on. */
  readonly welcome: () => string
}

/** Names under which a browser on this machine may ask; anything else is a DNS rebinding attempt. */
const localHost = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i

/** The admin listener: metrics and health. It shares no route with the public listener. */
export function createAdminApp(options: AdminAppOptions): FastifyInstance {
  const app = fastify({ logger: false })
  app.addHook('onRequest', async (request, reply) => {
    if (localHost.test(request.headers.host ?? '')) return
    await reply.code(421).send({ error: 'Open this page under the name localhost.' })
  })
  addHealthRoute(app, options.checkHealth)
  app.get('/metrics', async (_request, reply) =>
    reply.type(options.registry.contentType).send(await options.registry.metrics()),
  )
  app.get('/', async (_request, reply) => reply.type('text/plain; charset=utf-8').send(options.welcome()))
  return app
}
