import type { FastifyInstance } from 'fastify'
import type { Access } from './admin/access.ts'
import { addAdminErrors } from './admin/api/error-handling.ts'
import { serveContract } from './admin/api/serve.ts'
import { createRestartHandlers } from './admin/restart/handlers.ts'
import { restartContract } from './admin/restart/contract.ts'
import { sessionContract } from './admin/session/contract.ts'
import { createSessionHandlers } from './admin/session/handlers.ts'
import type { Logger } from './runtime.ts'

export interface AdminRouteOptions {
  readonly log: Logger
  readonly access: Access
  /** Null where nobody can start this process anew. */
  readonly requestRestart: (() => void) | null
}

/** The admin API: one line for every part of its contract. */
export function addAdminRoutes(app: FastifyInstance, options: AdminRouteOptions): void {
  addAdminErrors(app, options.log)
  const { access } = options
  const served = { gate: access.gate, log: options.log }
  serveContract(app, sessionContract, createSessionHandlers(access.session), served)
  serveContract(app, restartContract, createRestartHandlers(options), served)
}
