import type { FastifyInstance } from 'fastify'
import type { Logger } from '../runtime.ts'
import type { Metrics } from './metrics.ts'

/** Counts every answer of a listener, and logs it where the operator asked for that: route and status, nothing else. */
export function watchRequests(
  app: FastifyInstance,
  metrics: Metrics,
  log: Logger,
  logged: () => boolean,
): void {
  app.addHook('onResponse', (request, reply, done) => {
    metrics.answered(request, reply)
    if (logged()) {
      const { method, routeOptions } = request
      const fields = {
        method,
        route: routeOptions.url ?? 'unknown',
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      }
      log.info(fields, 'answered')
    }
    done()
  })
}
