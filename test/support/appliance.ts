import { createLogger } from '../../src/activity/logger.ts'
import { startAppliance, type Appliance, type ApplianceOptions } from '../../src/appliance.ts'
import { configSchema, type ConfigInput } from '../../src/config/schema.ts'
import type { Clock } from '../../src/runtime.ts'
import { systemClock, systemRandom } from '../../src/system.ts'
import { createTempDir } from './temp-dir.ts'

export interface TestApplianceOptions extends Pick<
  ApplianceOptions,
  'openStorage' | 'settleMs' | 'tlsPace' | 'restart'
> {
  /** What `signpost.yaml` would say. Listeners default to free ports of this machine, limits and federation to none. */
  readonly config?: ConfigInput
  /** Default: a new one. Give the one of a stopped appliance to start it again. */
  readonly dataDir?: string
  /** Default: the real one. */
  readonly clock?: Clock
}

/** The real appliance, in this process. */
export interface TestAppliance extends Appliance {
  readonly dataDir: string
  /** Everything that was logged so far, at level debug: JSON lines, as written. */
  readonly logText: () => string
  /** Applies another configuration while it runs. */
  configure(config: ConfigInput): Promise<void>
}

/** Starts `src/appliance.ts` as the command line does, with its log captured. Stop it in an `afterAll`. */
export async function startTestAppliance(options: TestApplianceOptions = {}): Promise<TestAppliance> {
  const { config = {}, dataDir = await createTempDir('appliance'), clock = systemClock, ...rest } = options
  const lines: string[] = []
  const destination = { write: (line: string) => void lines.push(line) }
  const log = createLogger({ level: 'debug', masked: () => true, destination })
  const appliance = await startAppliance({
    ...rest,
    dataDir,
    config: parseTestConfig(config),
    runtime: { clock, random: systemRandom, log },
    env: {},
  })
  return {
    ...appliance,
    dataDir,
    logText: () => lines.join(''),
    async configure(next) {
      const result = await appliance.config.apply(parseTestConfig(next))
      if (!result.applied)
        throw new Error(`the configuration was refused: ${JSON.stringify(result.problems)}`)
    },
  }
}

const parseTestConfig = (config: ConfigInput) => configSchema.parse(withTestDefaults(config))

/** Listeners on free ports of this machine, no limits, and nobody else who is asked. */
export function withTestDefaults(config: ConfigInput): ConfigInput {
  return {
    ...config,
    federation: { outbound: { enabled: false }, ...config.federation },
    server: { listen: { port: 0 }, ...config.server },
    admin: { listen: { port: 0 }, ...config.admin },
    rateLimits: { enabled: false, ...config.rateLimits },
  }
}
