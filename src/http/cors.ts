import type { FastifyInstance } from 'fastify'

/** The headers that the Identity Service API recommends on every response ("Web browser clients"). */
export const corsHeaders = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, POST, PUT, DELETE, OPTIONS',
  'access-control-allow-headers': 'Origin, X-Requested-With, Content-Type, Accept, Authorization',
} as const

/**
 * Puts the CORS headers on every answer, errors and unknown paths included, and answers preflights before any
 * endpoint logic or authentication runs.
 */
export function addCors(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(corsHeaders)
    if (request.method === 'OPTIONS') {
      reply.header('access-control-max-age', '86400').code(204).send()
      return
    }
    done()
  })
}
