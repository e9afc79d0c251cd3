import type { ConfigPart } from './config/apply.ts'
import type { Config } from './config/schema.ts'
import type { Services } from './services.ts'

/** The services of the configuration in force. */
export interface FollowedServices extends ConfigPart {
  current(): Services
  /** Cuts off what is under way, with former services, too. */
  close(): Promise<void>
}

/** Builds the services anew with each configuration; what the former ones have begun, they finish in the background. */
export function followServices(build: (config: Config) => Services, initial: Config): FollowedServices {
  let current = build(initial)
  const former = new Set<Services>()

  async function retire(services: Services): Promise<void> {
    former.add(services)
    await services.drain()
    former.delete(services)
  }

  return {
    name: 'outgoing services',
    current: () => current,
    check: async () => [],
    async apply(next) {
      const replaced = current
      current = build(next)
      void retire(replaced)
    },
    async close() {
      await Promise.all([current, ...former].map((services) => services.close()))
    },
  }
}
