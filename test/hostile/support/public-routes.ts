import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'

export interface PublicRoute {
  readonly method: string
  /** With parameters as Fastify writes them: `/pubkey/:keyId`. */
  readonly url: string
  /** Registered together with others: the guards against wrong methods are. */
  readonly isOneOfMany: boolean
}

export interface PublicListener {
  readonly app: FastifyInstance
  /** Every route, guards against wrong methods included, as the application itself has them. */
  readonly routes: readonly PublicRoute[]
}

interface Watched {
  readonly app: FastifyInstance
  readonly routes: PublicRoute[]
}

/**
 * Runs `start` and returns its result with the public listener it made. Fastify announces each instance on a diagnostics
 * channel before its first route, so a route that somebody adds tomorrow is in the list by itself.
 */
export async function watchPublicListener<T>(start: () => Promise<T>): Promise<[T, PublicListener]> {
  const watched: Watched[] = []
  const onInstance = (message: unknown) => {
    const { fastify: app } = message as { fastify: FastifyInstance }
    const routes: PublicRoute[] = []
    watched.push({ app, routes })
    app.addHook('onRequest', (request, _reply, done) => {
      addDistinctHeaders(request.raw)
      done()
    })
    app.addHook('onRoute', ({ method, url }) => {
      for (const each of [method].flat())
        routes.push({ method: each, url, isOneOfMany: Array.isArray(method) })
    })
  }
  subscribe('fastify.initialization', onInstance)
  try {
    const started = await start()
    const found = watched.find(({ routes }) => routes.some(({ url }) => url.startsWith('/_matrix/')))
    if (found === undefined) throw new Error('no listener with Matrix routes was made')
    return [started, found]
  } finally {
    unsubscribe('fastify.initialization', onInstance)
  }
}

/** Injected requests lack this view of their headers, which Node derives. */
function addDistinctHeaders(request: IncomingMessage): void {
  if ('headersDistinct' in request) return
  const entries = Object.entries((request as IncomingMessage).headers)
  const value = Object.fromEntries(entries.map(([name, text]) => [name, [text].flat()]))
  Object.defineProperty(request, 'headersDistinct', { value })
}
