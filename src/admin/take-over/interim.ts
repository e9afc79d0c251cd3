import type { FastifyInstance } from 'fastify'
import { Registry } from 'prom-client'
import type { Config } from '../../config/schema.ts'
import type { ImportProgress } from '../../migrate/import/plan.ts'
import type { Runtime } from '../../runtime.ts'
import { createAdminApp } from '../admin-app.ts'
import { addAdminErrors } from '../api/error-handling.ts'
import { AdminError } from '../api/errors.ts'
import { serveContract, type Gate } from '../api/serve.ts'
import { checkOrigin } from '../gate/origin-check.ts'
import { takeOverProgressContract } from './progress-contract.ts'

export interface InterimOptions {
  readonly config: Config
  readonly runtime: Runtime
  readonly progress: () => ImportProgress | null
}

/** Nobody can be known, and there is nothing else to be had. */
const gate: Gate = {
  admit: async (request) => {
    checkOrigin(request, false)
    return null
  },
  noteChange: async () => undefined,
}

/** What the admin listener answers while an ordered import runs: the console's files, and how far it is. */
export function createInterimApp({ config, runtime, progress }: InterimOptions): FastifyInstance {
  const app = createAdminApp({
    tls: null,
    config: () => config,
    random: runtime.random,
    registry: new Registry(),
    // Whoever watches over the process must not end it now.
    checkHealth: async () => undefined,
    welcome: () => 'Signpost takes over from another identity server, and is back soon.\n',
  })
  addAdminErrors(app, runtime.log)
  const options = { gate, log: runtime.log }
  serveContract(
    app,
    takeOverProgressContract,
    { 'GET /api/take-over/progress': async () => shown(progress()) },
    options,
  )
  app.all('/api/*', () => {
    throw new AdminError('unavailable', { message: 'An import is under way; Signpost is back after it.' })
  })
  return app
}

function shown(progress: ImportProgress | null) {
  const { part, section, done, total } = progress ?? { part: null, section: null, done: 0, total: 0 }
  return { state: 'running' as const, part, section, done, total }
}
