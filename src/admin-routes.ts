import type { FastifyInstance } from 'fastify'
import { addAdminErrors } from './admin/api/error-handling.ts'
import { serveContract, type Gate } from './admin/api/serve.ts'
import { createRestartHandlers } from './admin/restart/handlers.ts'
import { restartContract } from './admin/restart/contract.ts'
import type { Logger } from './runtime.ts'

export interface AdminRouteOptions {
  readonly log: Logger
  readonly gate: Gate
  /** Null where nobody can start this process anew. */
  readonly requestRestart: (() => void) | null
}

/** The admin API: one line for every part of its contract. */
export function addAdminRoutes(app: FastifyInstance, options: AdminRouteOptions): void {
  addAdminErrors(app, options.log)
  const served = { gate: options.gate, log: options.log }
  serveContract(app, restartContract, createRestartHandlers(options), served)
}
