import { setTimeout as sleep } from 'node:timers/promises'
import { fastify, type FastifyInstance } from 'fastify'
import { MatrixError } from '../matrix/errors.ts'
import type { Random } from '../runtime.ts'
import type { Ask } from './ask.ts'
import type { ExchangeLog } from './exchange.ts'
import { createIdentityCalls } from './homeserver-identity.ts'
import { addClientRoutes, addFederationRoutes } from './homeserver-routes.ts'
import { createHomeserverState, type HomeserverState } from './homeserver-state.ts'

export interface DemoHomeserverOptions {
  /** What stands behind the colon of its users' Matrix IDs. */
  readonly name: string
  readonly random: Random
  readonly ask: Ask
  readonly log: ExchangeLog
}

/**
 * A small stand-in for a homeserver: users, rooms, and everything that passes between a homeserver and an identity
 * server, over real HTTP on this machine and with real signatures. Nothing is kept, nothing federates.
 */
export interface DemoHomeserver {
  readonly url: string
  readonly state: HomeserverState
  /** Ends the listener and every connection; memory stays. */
  switchOff(): Promise<void>
  /** Listens on the same port again. */
  switchOn(): Promise<void>
}

export async function startDemoHomeserver(options: DemoHomeserverOptions): Promise<DemoHomeserver> {
  const state = createHomeserverState(options.name, options.random)
  const identity = createIdentityCalls(state, options.ask)

  function build(): FastifyInstance {
    const app = fastify({ logger: false, forceCloseConnections: true })
    app.setErrorHandler((error, _request, reply) => {
      const known = error instanceof MatrixError ? error : new MatrixError('M_UNKNOWN', { cause: error })
      return reply.code(known.status).send(known.toBody())
    })
    app.setNotFoundHandler((_request, reply) =>
      reply.code(404).send(new MatrixError('M_UNRECOGNIZED').toBody()),
    )
    addClientRoutes(app, state, identity)
    void app.register(async (scope) => {
      watch(scope, options.log)
      addFederationRoutes(scope, state, identity)
    })
    return app
  }

  let app: FastifyInstance | null = build()
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    url,
    state,
    async switchOff() {
      await app?.close()
      app = null
    },
    async switchOn() {
      app ??= await listenAgain(build, Number(new URL(url).port))
    },
  }
}

const ATTEMPTS = 20

/** Another program may have been given the port for a moment. */
async function listenAgain(build: () => FastifyInstance, port: number): Promise<FastifyInstance> {
  for (let attempt = 1; ; attempt++) {
    const app = build()
    try {
      await app.listen({ host: '127.0.0.1', port })
      return app
    } catch (error) {
      await app.close()
      if (attempt === ATTEMPTS) throw error
      await sleep(250)
    }
  }
}

/** What Signpost asks belongs to the story; what the users ask is noted where they ask it. */
function watch(app: FastifyInstance, log: ExchangeLog): void {
  const open = new Map<string, ReturnType<ExchangeLog['begin']>>()
  app.addHook('preHandler', async ({ id, method, url, body }) => {
    open.set(id, log.begin({ from: 'Signpost', to: 'homeserver', method, path: url, sent: body }))
  })
  app.addHook('onSend', async ({ id }, { statusCode }, payload) => {
    const answered: unknown = typeof payload === 'string' ? JSON.parse(payload) : null
    open.get(id)?.({ status: statusCode, body: answered })
    open.delete(id)
    return payload
  })
}
