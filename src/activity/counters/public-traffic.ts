import type { FastifyInstance } from 'fastify'
import type { Clock } from '../../runtime.ts'
import type { Counters } from './counters.ts'

/** What comes in from outside, as far as the map shows it. */
export interface PublicTraffic {
  /** When a reverse proxy last passed a request on (with X-Forwarded-For), milliseconds since the epoch. */
  forwardedAt(): number | null
}

/** Requests to the public listener are counted under this name. */
export const publicMeter = 'public'

export function watchTraffic(app: FastifyInstance, counters: Counters, clock: Clock): PublicTraffic {
  let forwardedAt: number | null = null
  app.addHook('onResponse', (request, reply, done) => {
    counters.measure(publicMeter, reply.elapsedTime, reply.statusCode < 500)
    if (request.headers['x-forwarded-for'] !== undefined) forwardedAt = clock.now()
    done()
  })
  return { forwardedAt: () => forwardedAt }
}
