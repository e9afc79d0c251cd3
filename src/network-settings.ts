import type { FastifyInstance } from 'fastify'
import type { ConfigHolder } from './config/apply.ts'
import type { Config } from './config/schema.ts'
import { followListeners, wantedAddress, type Listeners } from './follow-listeners.ts'
import { addConfirmRoute } from './gateway/safe-change/confirm-routes.ts'
import {
  createSafeChange,
  type SafeChange,
  type SafeChangeOptions,
} from './gateway/safe-change/safe-change.ts'
import { listenerOf, type TrialKey } from './gateway/safe-change/trial-keys.ts'
import { watchRequests } from './gateway/safe-change/watch-requests.ts'
import type { Limits } from './http/limits.ts'
import { createListener } from './listener.ts'
import { publicUrl } from './public-url.ts'
import type { Runtime } from './runtime.ts'

export interface NetworkSettingsOptions {
  readonly dataDir: string
  readonly config: ConfigHolder
  readonly runtime: Runtime
  readonly limits: Limits
  readonly publicApp: FastifyInstance
  readonly adminApp: FastifyInstance
  /** Told of the end of a change of addresses that was tried. */
  readonly changeEnded?: SafeChangeOptions['ended']
}

/** The two listeners, and the ways to move them. */
export interface NetworkSettings {
  readonly change: SafeChange
  /** Opens the listeners. Until then routes can be added. Throws `OperatorError`. */
  open(): Promise<Listeners>
  close(): Promise<void>
}

export function createNetworkSettings(options: NetworkSettingsOptions): NetworkSettings {
  const { dataDir, config, runtime, publicApp, adminApp, limits } = options
  let opened: Listeners | null = null
  const listeners = () => {
    if (opened === null) throw new Error('the listeners are not open yet')
    return opened
  }
  const followed = followListeners(listeners, () => change.isTrying())
  const change = createSafeChange({
    dataDir,
    config,
    runtime,
    arrivedAt: (next, request) =>
      listeners()[request.listener].covers(wantedAddress(next, request.listener), request),
    urlOf: (key, next) => urlOf(listeners(), key, next),
    letGo: (current) => followed.letGo(current),
    ...(options.changeEnded === undefined ? {} : { ended: options.changeEnded }),
  })
  addConfirmRoute(publicApp, {
    listener: 'public',
    safeChange: change,
    take: (request) => limits.otherPerIp.take(request.clientAddress),
  })
  // The admin listener takes requests from this machine only.
  addConfirmRoute(adminApp, { listener: 'admin', safeChange: change, take: () => {} })
  let endWatch = async () => {}

  return {
    change,
    async open() {
      opened = {
        public: await createListener({ app: publicApp, key: 'server.listen' }),
        admin: await createListener({ app: adminApp, key: 'admin.listen' }),
      }
      await followed.apply(config.current())
      config.subscribe(followed)
      await change.noteLeftOver()
      endWatch = watchRequests({ dataDir, safeChange: change, log: runtime.log })
      return opened
    },
    async close() {
      change.stop()
      await endWatch()
      await Promise.all([opened?.public.close(), opened?.admin.close()])
    },
  }
}

function urlOf(listeners: Listeners, key: TrialKey, next: Config): string {
  return key === 'server.publicUrl' ? publicUrl(next) : listeners[listenerOf(key)].url()
}
