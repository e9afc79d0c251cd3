import type { Activity } from '../../activity/activity.ts'
import type { PublicTraffic } from '../../activity/counters/public-traffic.ts'
import type { Config } from '../../config/schema.ts'
import type { Directories } from '../../directories.ts'
import type { TlsStatus } from '../../gateway/tls/status.ts'
import type { Clock } from '../../runtime.ts'
import type { Handlers } from '../api/serve.ts'
import type { mapContract } from './contract.ts'
import { drawMap } from './map.ts'

export interface MapOptions {
  readonly clock: Clock
  readonly config: () => Config
  readonly activity: Pick<Activity, 'counters' | 'dependencies' | 'hosts'>
  readonly directories: Pick<Directories, 'backends'>
  readonly traffic: PublicTraffic
  readonly tls: { status(): Promise<TlsStatus> }
}

export function createMapHandlers(options: MapOptions): Handlers<typeof mapContract> {
  return {
    async 'GET /api/map'() {
      const { activity, clock } = options
      const [outside, tls] = await Promise.all([activity.hosts.read(), options.tls.status()])
      const picture = drawMap({ ...options, config: options.config(), outside, tls })
      return { at: clock.now(), ...picture, outside: [...outside] }
    },
  }
}
