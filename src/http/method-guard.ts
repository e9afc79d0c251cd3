import type { FastifyInstance, HTTPMethods } from 'fastify'
import { MatrixError } from '../matrix/errors.ts'
import { sendError } from './errors.ts'

const methods: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH']

/**
 * Answers a known path asked with a wrong method by 405 `M_UNRECOGNIZED` (since v1.6 of the specification); Fastify
 * alone would say 404. Returns the function that adds the guards; call it after the last route.
 */
export function watchRoutes(app: FastifyInstance): () => void {
  const seen = new Map<string, Set<string>>()
  app.addHook('onRoute', (route) => {
    const known = seen.get(route.url) ?? new Set()
    for (const method of [route.method].flat()) known.add(method)
    seen.set(route.url, known)
  })
  return () => {
    const routes = [...seen].map(([url, known]) => [url, [...known]] as const)
    for (const [url, known] of routes) {
      const others = methods.filter(
        (method) => !known.includes(method) && !(method === 'HEAD' && known.includes('GET')),
      )
      if (others.length === 0) continue
      app.route({
        method: others,
        url,
        exposeHeadRoute: false,
        handler: (_request, reply) => {
          const allowed = known.join(', ')
          const message = `This endpoint takes ${allowed}.`
          return sendError(
            reply,
            new MatrixError('M_UNRECOGNIZED', { status: 405, message, headers: { allow: allowed } }),
          )
        },
      })
    }
  }
}
