import type { FastifyInstance } from 'fastify'
import type { Access } from './admin/access.ts'
import { addAdminErrors } from './admin/api/error-handling.ts'
import { serveContract, type Handlers } from './admin/api/serve.ts'
import type { Contract } from './admin/api/route.ts'
import { backendsContract } from './admin/backends/contract.ts'
import { createBackendsHandlers } from './admin/backends/handlers.ts'
import { backupsContract } from './admin/backups/contract.ts'
import { createBackupsHandlers } from './admin/backups/handlers.ts'
import { changesContract } from './admin/changes/contract.ts'
import { createChangesHandlers } from './admin/changes/handlers.ts'
import { createChangeSettings } from './admin/changes/settings.ts'
import { createUndo } from './admin/changes/undo.ts'
import { doctorContract } from './admin/doctor/contract.ts'
import { createDoctorHandlers } from './admin/doctor/handlers.ts'
import { gatewayContract } from './admin/gateway/contract.ts'
import { createGatewayHandlers } from './admin/gateway/handlers.ts'
import { integrationsContract } from './admin/integrations/contract.ts'
import { createIntegrationsHandlers } from './admin/integrations/handlers.ts'
import { keysContract } from './admin/keys/contract.ts'
import { createKeysHandlers } from './admin/keys/handlers.ts'
import { notificationsContract } from './admin/notifications/contract.ts'
import { createNotificationsHandlers } from './admin/notifications/handlers.ts'
import { listContract } from './admin/list/contract.ts'
import { createListHandlers } from './admin/list/handlers.ts'
import { lookupContract } from './admin/lookup/contract.ts'
import { createLookupHandlers } from './admin/lookup/handlers.ts'
import { personalDataContract } from './admin/personal-data/contract.ts'
import { createPersonalDataHandlers } from './admin/personal-data/handlers.ts'
import { restartContract } from './admin/restart/contract.ts'
import { createRestartHandlers } from './admin/restart/handlers.ts'
import { sessionContract } from './admin/session/contract.ts'
import { createSessionHandlers } from './admin/session/handlers.ts'
import { settingsContract } from './admin/settings/contract.ts'
import { createSettingsHandlers } from './admin/settings/handlers.ts'
import { takeOverContract } from './admin/take-over/contract.ts'
import { createComparisonHandlers } from './admin/take-over/comparison.ts'
import { createTakeOverHandlers } from './admin/take-over/handlers.ts'
import { takeOverProgressContract } from './admin/take-over/progress-contract.ts'
import { wizardContract } from './admin/wizard/contract.ts'
import { createWizard } from './admin/wizard/handlers.ts'
import { addPeopleRoutes } from './admin-people-routes.ts'
import { addLiveRoutes, type LiveRouteOptions } from './admin-live-routes.ts'
import type { ConfigHolder } from './config/apply.ts'
import type { Config } from './config/schema.ts'
import type { Sealer } from './config/sealing.ts'
import type { SecretReader } from './config/secrets.ts'
import type { Directories } from './directories.ts'
import { openDoctorWorld } from './doctor/open-world.ts'
import type { SafeChange } from './gateway/safe-change/safe-change.ts'
import type { PublicTls } from './gateway/tls/public-tls.ts'
import type { Backups } from './migrate/backup/daily-backups.ts'
import type { InviteListWorker } from './invitations/invite-lists/worker.ts'
import type { Associations } from './associations/associations.ts'
import type { FederationPause } from './federation/pause.ts'
import type { KeyRing } from './keys/key-ring.ts'
import type { LookupIndex } from './lookup/lookup-index.ts'
import type { NotificationQueue } from './notify/queue.ts'
import type { RefusedRestart } from './refused-restart.ts'
import type { Runtime } from './runtime.ts'
import type { Services } from './services.ts'
import type { Storage } from './storage/storage.ts'

/** What the parts of the admin API are built from: the parts of a running Signpost. */
export interface AdminRouteOptions extends LiveRouteOptions {
  readonly access: Access
  readonly dataDir: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly runtime: Runtime
  readonly storage: Storage
  readonly holder: ConfigHolder
  readonly config: () => Config
  readonly sealer: Sealer
  readonly secrets: SecretReader
  /** PEM texts of `network.caFile`. */
  readonly authorities: readonly string[]
  readonly services: () => Services
  readonly directories: Directories
  readonly index: LookupIndex
  readonly keyRing: KeyRing
  readonly notifications: NotificationQueue
  readonly wakeOutbox: () => void
  readonly inviteLists: Pick<InviteListWorker, 'wake'>
  readonly associations: Associations
  readonly federationPause: FederationPause
  readonly backups: Backups
  readonly tls: Pick<PublicTls, 'status' | 'retry'>
  readonly safeChange: () => SafeChange
  /** True when the key that seals secrets came from the desktop app's keychain. */
  readonly sealingKey: Buffer
  readonly sealingKeyIsElsewhere: boolean
  /** What the process was started with. */
  readonly initial: Config
  /** Null where nobody can start this process anew. */
  readonly requestRestart: (() => void) | null
  /** The configuration with which the last restart failed. */
  readonly refusedRestart: RefusedRestart | null
}

/** The admin API: one line for every part of its contract. */
export function addAdminRoutes(
  app: FastifyInstance,
  options: AdminRouteOptions,
): { readonly settleWizard: () => Promise<void> } {
  const { access, dataDir, env, runtime, secrets, sealer, sealingKey, safeChange, services } = options
  addAdminErrors(app, runtime.log)
  const serve = <C extends Contract>(contract: C, handlers: Handlers<C>) =>
    serveContract(app, contract, handlers, { gate: access.gate, log: runtime.log })

  const { audit } = access
  const changeSettings = createChangeSettings({ dataDir, safeChange, sealer, audit, random: runtime.random })
  const undo = createUndo({ dataDir, sealer, audit, changeSettings })
  const openWorld = () => openDoctorWorld({ dataDir, env, runtime, secrets, sealingKey })
  const wizard = createWizard(options)
  serve(sessionContract, createSessionHandlers(access.session))
  const http = () => services().http
  serve(changesContract, createChangesHandlers({ dataDir, audit, undo, safeChange, http }))
  serve(settingsContract, createSettingsHandlers({ ...options, changeSettings }))
  serve(restartContract, createRestartHandlers(options))
  serve(wizardContract, wizard.handlers)
  serve(backendsContract, createBackendsHandlers({ ...options, changeSettings }))
  serve(listContract, createListHandlers(options))
  serve(lookupContract, createLookupHandlers({ ...options, remote: () => services().remote }))
  serve(doctorContract, createDoctorHandlers({ clock: runtime.clock, openWorld }))
  serve(gatewayContract, createGatewayHandlers({ ...options, draft: wizard.draftConfig, openWorld }))
  serve(integrationsContract, createIntegrationsHandlers({ ...options, changeSettings, http }))
  serve(notificationsContract, createNotificationsHandlers({ ...options, changeSettings, http }))
  serve(keysContract, createKeysHandlers({ ...options, jobs: options.live.jobs }))
  serve(backupsContract, createBackupsHandlers({ ...options, jobs: options.live.jobs }))
  const takeOver = { ...takeOverContract, ...takeOverProgressContract }
  const { jobs } = options.live
  serve(takeOver, {
    ...createTakeOverHandlers({ ...options, jobs }),
    ...createComparisonHandlers({ ...options, jobs, http }),
  })
  serve(personalDataContract, createPersonalDataHandlers({ ...options, clock: runtime.clock }))
  addPeopleRoutes(serve, options)
  addLiveRoutes(serve, options)
  return { settleWizard: wizard.settle }
}
