import type { FastifyInstance } from 'fastify'

const EVERY_MS = 50

/**
 * Ends connections as their last request is answered, once the server begins to close. Without it, a connection that
 * was busy at that moment would hold the process for its whole keep-alive time.
 */
export function closeConnectionsWhenIdle(app: FastifyInstance): void {
  app.addHook('preClose', (done) => {
    const timer = setInterval(() => app.server.closeIdleConnections(), EVERY_MS)
    app.server.once('close', () => clearInterval(timer))
    timer.unref()
    done()
  })
}
