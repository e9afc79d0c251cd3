import type { Activity } from './activity/activity.ts'
import type { PublicTraffic } from './activity/counters/public-traffic.ts'
import type { Access } from './admin/access.ts'
import { activityContract } from './admin/activity/contract.ts'
import { createActivityHandlers } from './admin/activity/handlers.ts'
import type { Contract } from './admin/api/route.ts'
import type { Caller, Handlers } from './admin/api/serve.ts'
import { chartsContract } from './admin/charts/contract.ts'
import { createChartHandlers } from './admin/charts/handlers.ts'
import { eventsContract } from './admin/events/contract.ts'
import { createEventHandlers } from './admin/events/handlers.ts'
import { jobsContract } from './admin/jobs/contract.ts'
import { createJobHandlers } from './admin/jobs/handlers.ts'
import type { Live } from './admin/live.ts'
import { mapContract } from './admin/map/contract.ts'
import { createMapHandlers } from './admin/map/handlers.ts'
import { overviewContract } from './admin/overview/contract.ts'
import { createOverviewHandlers } from './admin/overview/handlers.ts'
import type { ConfigHolder } from './config/apply.ts'
import type { Config } from './config/schema.ts'
import type { Directories } from './directories.ts'
import type { SafeChange } from './gateway/safe-change/safe-change.ts'
import type { PublicTls } from './gateway/tls/public-tls.ts'
import type { KeyRing } from './keys/key-ring.ts'
import type { Runtime } from './runtime.ts'
import type { Services } from './services.ts'
import type { Storage } from './storage/storage.ts'

export interface LiveRouteOptions {
  readonly access: Access
  readonly runtime: Runtime
  readonly storage: Storage
  readonly holder: ConfigHolder
  readonly config: () => Config
  readonly services: () => Services
  readonly directories: Directories
  readonly keyRing: KeyRing
  readonly tls: Pick<PublicTls, 'status'>
  readonly safeChange: () => SafeChange
  readonly activity: Activity
  readonly live: Live
  readonly traffic: PublicTraffic
}

type Serve = <C extends Contract>(contract: C, handlers: Handlers<C>) => void

/** What the console shows of a Signpost at work. */
export function addLiveRoutes(serve: Serve, options: LiveRouteOptions): void {
  const { access, live, services, runtime } = options
  const { clock } = runtime
  // By the list: a stream that only listens is no use of the session, and must not keep it from ending.
  const isSignedIn = async ({ adminId, sessionId }: Caller) =>
    (await access.session.sessions.list(adminId)).some(({ id }) => id === sessionId)
  serve(activityContract, createActivityHandlers({ ...options, remote: () => services().remote }))
  serve(chartsContract, createChartHandlers({ ...options, clock }))
  serve(eventsContract, createEventHandlers({ hub: live.hub, isSignedIn }))
  serve(jobsContract, createJobHandlers(live.jobs))
  serve(mapContract, createMapHandlers({ ...options, clock }))
  serve(overviewContract, createOverviewHandlers({ ...options, clock, startedAt: clock.now() }))
}
