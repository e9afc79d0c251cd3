import type { FastifyInstance } from 'fastify'
import type { Metrics } from './activity/metrics.ts'
import { createAccess, type Access } from './admin/access.ts'
import { createAdminApp } from './admin/admin-app.ts'
import { addAdminRoutes, type AdminRouteOptions } from './admin-routes.ts'
import type { Config } from './config/schema.ts'
import { consoleUrl } from './console-url.ts'
import type { PublicTls } from './gateway/tls/public-tls.ts'
import { publicUrl } from './public-url.ts'
import { version } from './version.ts'
import { welcomeText } from './welcome.ts'

export interface ConsoleOptions extends Omit<AdminRouteOptions, 'access'> {
  /** What the process was started with: whether the console has HTTPS does not change while it runs. */
  readonly initial: Config
  readonly tls: PublicTls
  readonly metrics: Pick<Metrics, 'registry'>
  readonly checkHealth: () => Promise<void>
  /** Of the admin listener, once it is open. */
  readonly adminPort: () => string
}

/** What administrators see: the admin listener's application, and who may use it. */
export interface Console {
  readonly app: FastifyInstance
  readonly access: Access
  /** Ends the wizard whose draft this start has proved. Never rejects. */
  settleWizard(): Promise<void>
}

export function createConsole(options: ConsoleOptions): Console {
  const { storage, runtime, config, dataDir, tls, metrics, checkHealth } = options
  const access = createAccess({
    ...{ storage, runtime, config, dataDir, version },
    adminAddress: () => consoleUrl(config(), options.adminPort()),
  })
  const isSecure = options.initial.admin.tls === 'public'
  const app = createAdminApp({
    tls: isSecure ? tls.initial : null,
    config,
    random: runtime.random,
    registry: metrics.registry,
    checkHealth,
    welcome: () => welcomeText({ config: config(), publicUrl: publicUrl(config()), dataDir, version }),
  })
  if (isSecure) tls.share(app.server)
  const { settleWizard } = addAdminRoutes(app, { ...options, access })
  return { app, access, settleWizard }
}
