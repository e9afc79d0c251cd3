import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { createActivity, type Activity } from './activity/activity.ts'
import { watchTraffic } from './activity/counters/public-traffic.ts'
import { createRefusals } from './activity/log/refusals.ts'
import { createMetrics } from './activity/metrics.ts'
import { watchRequests } from './activity/request-watch.ts'
import type { Access } from './admin/access.ts'
import { createConsole } from './console.ts'
import { createLive, type Live } from './admin/live.ts'
import { readNumbers } from './admin/overview/numbers.ts'
import { createAppserviceParts } from './appservice-parts.ts'
import { startBackground } from './background.ts'
import { createCleanUp, type CleanUp } from './clean-up.ts'
import { createConfigHolder, type ConfigHolder } from './config/apply.ts'
import type { Config } from './config/schema.ts'
import { worldSettings } from './backends/world.ts'
import { createDirectories, type Directories } from './directories.ts'
import type { RefusedRestart } from './refused-restart.ts'
import { createSealer, loadSealingKey } from './config/sealing.ts'
import { createSecretReader } from './config/secrets.ts'
import { createFeatures } from './features.ts'
import { createPublished } from './federation/inbound/published.ts'
import { createRequesters } from './federation/inbound/requester.ts'
import { openFederationPause, pausable, type FederationPause } from './federation/pause.ts'
import { followServices } from './follow-services.ts'
import type { SafeChange } from './gateway/safe-change/safe-change.ts'
import type { TlsPace } from './gateway/tls/open-mode.ts'
import { createPublicTls, type PublicTls } from './gateway/tls/public-tls.ts'
import { gaugesOf } from './gauges.ts'
import { createLimits } from './http/limits.ts'
import { watchRoutes } from './http/method-guard.ts'
import { createPublicApp } from './http/public-app.ts'
import { addIntegrationRoutes } from './integrations.ts'
import { createInvitationDelivery } from './invitations/deliver.ts'
import { createInviteLists } from './invitations/invite-lists/worker.ts'
import { followInvitationMails } from './invitations/mail.ts'
import { checkKeyBelongs } from './keys/key-guard.ts'
import { openKeyRing } from './keys/key-ring.ts'
import { storedSources } from './backends/mirrored.ts'
import { createLookupIndex, type LookupIndex } from './lookup/lookup-index.ts'
import { followRemote } from './lookup/remote.ts'
import { currentMapping } from './lookup/mappings.ts'
import { openMirror } from './migrate/take-over/open.ts'
import { makeDataDir } from './make-data-dir.ts'
import { createBackups, type Backups } from './migrate/backup/daily-backups.ts'
import { createClientAddress } from './net/trusted-proxies.ts'
import { createNetworkSettings } from './network-settings.ts'
import { createDeliveryWatch } from './notify/delivery-watch.ts'
import { createNotificationHandlers } from './notify/handlers.ts'
import { createObservers } from './observers/observers.ts'
import { createOutboxWorker } from './notify/outbox-worker.ts'
import { createNotificationQueue } from './notify/queue.ts'
import { authoritiesOf } from './pem-files.ts'
import { publicUrl } from './public-url.ts'
import { addPublicRoutes } from './public-routes.ts'
import type { Runtime } from './runtime.ts'
import { createServices } from './services.ts'
import { openStorage, type Storage, type StorageOptions } from './storage/storage.ts'
import { storageOptionsOf } from './storage-options.ts'
import { version } from './version.ts'

export interface ApplianceOptions {
  /** Holds the configuration, the keys, the database and everything else that is Signpost's own. */
  readonly dataDir: string
  readonly config: Config
  readonly runtime: Runtime
  readonly env: Readonly<Record<string, string | undefined>>
  /** Tests put their own database in front of the real one. */
  readonly openStorage?: (options: StorageOptions, runtime: Runtime) => Promise<Storage>
  /** The 32 bytes that open sealed secrets; absent: the key file of the data directory. */
  readonly sealingKey?: Buffer
  /** Called for each lookup request that is answered. */
  readonly observeLookup?: () => void
  /** See `invitations/deliver.ts`. */
  readonly settleMs?: number
  readonly tlsPace?: Partial<TlsPace>
  /** How this process starts anew; absent where nobody would do it. */
  readonly restart?: Restarts
}

export interface Restarts {
  readonly request: () => void
  /** The configuration with which the last restart failed. */
  readonly refused: RefusedRestart | null
}

/** A running Signpost. */
export interface Appliance {
  readonly config: ConfigHolder
  /** Where the two listeners really listen at the moment (a configured port 0 is filled in). */
  readonly publicAddress: string
  readonly adminAddress: string
  readonly storage: Storage
  readonly index: LookupIndex
  readonly outbox: ReturnType<typeof createOutboxWorker>
  readonly directories: Directories
  readonly safeChange: SafeChange
  readonly tls: Pick<PublicTls, 'status' | 'retry'>
  readonly backups: Backups
  readonly federationPause: FederationPause
  readonly activity: Activity
  readonly live: Live
  /** Ways into the console for those who rule the machine. */
  readonly admin: Access['entrance']
  /** Finishes requests and deliveries under way, then lets go of everything. */
  stop(): Promise<void>
}

/**
 * Starts Signpost. A start that fails lets go of everything it had taken.
 * @throws OperatorError when something has to be mended first.
 */
export async function startAppliance(options: ApplianceOptions): Promise<Appliance> {
  await makeDataDir(options.dataDir)
  const cleanUp = createCleanUp()
  try {
    return await assemble(options, cleanUp)
  } catch (error) {
    const { log } = options.runtime
    await cleanUp.run().catch((err: unknown) => log.error({ err }, 'a failed start could not be undone'))
    throw error
  }
}

/** The composition root: builds every part from the configuration, in the order in which they need each other. */
async function assemble(options: ApplianceOptions, cleanUp: CleanUp): Promise<Appliance> {
  const { dataDir, runtime } = options
  const { log, clock } = runtime
  const holder = createConfigHolder(options.config)
  const config = () => holder.current()

  // Secrets, keys and storage.
  const sealingKey = options.sealingKey ?? (await loadSealingKey(dataDir, runtime.random))
  const sealer = createSealer(sealingKey, runtime.random)
  const secrets = createSecretReader({ dataDir, env: options.env, sealer })
  const storageOptions = await storageOptionsOf(options.config, dataDir, secrets)
  const storage = await (options.openStorage ?? openStorage)(storageOptions, runtime)
  cleanUp.add(() => storage.close())
  const keyFile = join(dataDir, 'signing-keys.json')
  const keyRing = await openKeyRing(keyFile, runtime)
  await checkKeyBelongs(storage, keyRing, keyFile)
  const processId = randomBytes(6).toString('hex')

  // What happens here, told to whoever looks.
  const live = createLive(runtime)
  const activity = createActivity({
    ...{ storage, runtime, keyRing, processId },
    addresses: () => config().activity.addresses,
    written: live.written,
    dependencyChanged: live.dependencyChanged,
  })
  cleanUp.add(() => activity.stop())
  const observers = createObservers({ activity, metrics: () => metrics, config, clock })

  // The world outside; rebuilt when the configuration changes.
  const authorities = await authoritiesOf(options.config, dataDir)
  const build = (next: Config) =>
    createServices({
      config: next,
      runtime,
      dataDir,
      secrets,
      authorities,
      signer: () => keyRing.active(),
      budget: { take: (key, cost) => limits.federationPerAccount.take(key, cost) },
      observePeer: observers.askedPeer,
    })
  const followed = followServices(build, config())
  cleanUp.add(() => followed.close())
  holder.subscribe(followed)
  const services = () => followed.current()

  // The lookup index.
  const sources = storedSources(options.config.backends)
  const published = createPublished(config)
  const index = createLookupIndex({
    storage,
    runtime,
    source: storageOptions,
    backends: () => sources,
    published,
    rotateEvery: () => config().lookup.pepper.rotateEvery,
    grace: () => config().lookup.pepper.grace,
    processId,
  })
  cleanUp.add(() => index.stop())

  const metrics = createMetrics(gaugesOf(storage, index))

  // The organisation's directories.
  const federationPause = await openFederationPause(storage, clock)
  const directories = createDirectories({
    config: options.config,
    world: worldSettings({ config: options.config, dataDir, authorities, env: options.env, sealingKey }),
    runtime,
    storage,
    storageOptions,
    processId,
    observe: observers.askedBackend,
    observeSync: observers.synced,
    remote: pausable(
      followRemote(() => services().remote),
      federationPause,
    ),
    published,
    changed: async () => {
      await index.catchUp()
      await background.resolveInvitations()
    },
  })
  cleanUp.add(() => directories.close())
  const mirror = await openMirror({
    ...{ config: options.config, dataDir, runtime, secrets },
    http: { request: (request) => services().http.request(request) },
  })
  cleanUp.add(async () => await mirror?.stop())
  const lookup = mirror?.watch(directories.lookup) ?? directories.lookup

  // What must reach others.
  const deliveries = createDeliveryWatch(clock, observers.delivered)
  const notifications = createNotificationQueue({
    runtime,
    domain: () => config().matrix.domain,
    giveUpAfter: () => config().notifications.giveUpAfter,
  })
  const senders = createNotificationHandlers(services)
  const onbind = createInvitationDelivery({
    storage,
    runtime,
    onbind: { send: (serverName, body) => services().onbind.send(serverName, body) },
    keyRing,
    serverName: options.config.matrix.domain,
    currentOwner: async (tx, address, former) => {
      const owner = await currentMapping(tx, address, sources, clock.now())
      return owner ?? (directories.lookup.asksOthers ? former : null)
    },
    ...(options.settleMs === undefined ? {} : { settleMs: options.settleMs }),
  })
  const limits = createLimits(config, clock)
  const wakeOutbox = () => outbox.wake()
  const appservice = createAppserviceParts({
    ...{ storage, runtime, config, services, secrets, directories, lookup, notifications },
    ...{ limits, wakeOutbox },
    place: { dataDir, env: options.env, sealingKey },
  })
  const handlers = {
    email: deliveries.watch(appservice.withSignUpLinks(followInvitationMails(senders.email, runtime))),
    sms: deliveries.watch(followInvitationMails(senders.sms, runtime)),
    onbind: deliveries.watch(onbind),
    appservice: appservice.handler,
  }
  const outbox = createOutboxWorker({ storage, runtime, handlers })
  cleanUp.add(() => outbox.stop())

  // The features, and who is told what about them.
  const requesters = createRequesters(config)
  const { recorder } = activity
  const refused = createRefusals({ clock, recorder, foreignServer: requesters.foreignServer })
  const shared = {
    storage,
    runtime,
    config,
    services,
    keyRing,
    index,
    limits,
    lookup,
    roomName: directories.roomName,
    recorder,
    observers,
    observeLookup: (algorithm: string, asked: number) => {
      metrics.lookedUp(algorithm, asked)
      options.observeLookup?.()
    },
    wakeOutbox,
  }
  const features = createFeatures({ ...shared, notifications, deliveries, federationPause })
  const background = startBackground({
    ...{ storage, runtime, config, index, lookup, processId, wakeOutbox, appservice },
    federationPause,
  })
  cleanUp.add(() => background.stop())
  const inviteLists = createInviteLists({
    ...{ storage, runtime, config, sealer, processId, accounts: features.accounts },
    http: () => services().http,
    ownerOf: async (address, userId) => {
      const found = await lookup.findOne({ medium: 'email', address }, { kind: 'operator', userId })
      return found?.mxid ?? null
    },
    publicUrl: () => publicUrl(config()),
  })
  cleanUp.add(() => inviteLists.stop())
  const checkHealth = async () => void (await storage.db.selectFrom('meta').select('key').limit(1).execute())

  const backups = createBackups({ storage, runtime, dataDir, config, secrets, sealingKey })
  cleanUp.add(() => backups.stop())

  // The listeners.
  const { tlsPace } = options
  const tls = await createPublicTls({
    ...{ config: options.config, dataDir, runtime, secrets, authorities },
    ...(tlsPace === undefined ? {} : { pace: tlsPace }),
  })
  cleanUp.add(() => tls.close())
  holder.subscribe(tls)
  const publicApp = createPublicApp({
    log,
    refused,
    maxBodyBytes: options.config.server.maxBodyBytes,
    clientAddress: createClientAddress({ trustedProxies: options.config.server.trustedProxies }),
    tls: tls.initial,
  })
  const traffic = watchTraffic(publicApp, activity.counters, clock)
  watchRequests(publicApp, metrics, log, () => config().activity.requests)
  const addMethodGuards = watchRoutes(publicApp)
  await addPublicRoutes(publicApp, {
    ...shared,
    ...features,
    requesters,
    refused,
    observePeer: (result) => metrics.federated('in', result),
    checkHealth,
  })
  addIntegrationRoutes(publicApp, { ...shared, secrets, dataDir, directories })
  appservice.addRoutes(publicApp, { ...features, recorder })
  tls.addRoutes(publicApp)
  tls.attach(publicApp.server)
  const console = createConsole({
    ...{ dataDir, runtime, storage, holder, config, sealer, secrets, authorities, services },
    ...{ directories, index, keyRing, notifications, wakeOutbox, backups, tls, env: options.env },
    ...{ activity, live, traffic, inviteLists, federationPause, metrics, checkHealth, sealingKey },
    associations: features.associations,
    safeChange: () => network.change,
    adminPort: () => new URL(listeners.admin.url()).port,
    sealingKeyIsElsewhere: options.sealingKey !== undefined,
    requestRestart: options.restart?.request ?? null,
    refusedRestart: options.restart?.refused ?? null,
    initial: options.config,
  })
  cleanUp.add(() => console.access.close())
  const network = createNetworkSettings({
    ...{ dataDir, config: holder, runtime, limits, publicApp, adminApp: console.app },
    changeEnded: ({ id, state }) => console.access.audit.endTrial(id, state === 'kept' ? 'kept' : 'reverted'),
  })
  addMethodGuards()

  cleanUp.add(() => network.close())
  // Before the listeners: those who read events would keep them open.
  cleanUp.add(() => live.stop())
  await activity.start()
  live.follow(holder)
  live.start(() => readNumbers({ storage, activity }))
  const listeners = await network.open()
  tls.start()
  outbox.start()
  inviteLists.start()
  // Last, so that a large index does not hold up the first answers.
  index.start()
  directories.syncs.start()
  backups.start()
  // A draft with which this start has succeeded.
  void console.settleWizard()
  const addresses = { publicAddress: listeners.public.url(), adminAddress: listeners.admin.url() }
  log.info({ ...addresses, version }, 'Signpost is running')
  return {
    config: holder,
    get publicAddress() {
      return listeners.public.url()
    },
    get adminAddress() {
      return listeners.admin.url()
    },
    storage,
    index,
    outbox,
    directories,
    activity,
    live,
    safeChange: network.change,
    tls,
    backups,
    admin: console.access.entrance,
    federationPause,
    stop: () => cleanUp.run(),
  }
}
