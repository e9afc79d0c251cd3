import type { FastifyInstance } from 'fastify'

/** For load balancers, container health checks and the desktop shell: 200 while the server can do its work, else 503. */
export function addHealthRoute(app: FastifyInstance, check: () => Promise<void>): void {
  app.get('/health', async (_request, reply) => {
    try {
      await check()
      return { status: 'ok' }
    } catch {
      // The reason stands in the log; strangers learn nothing from it.
      return reply.code(503).send({ status: 'unavailable' })
    }
  })
}
