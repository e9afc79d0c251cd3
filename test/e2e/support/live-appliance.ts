import { startAppliance, type Appliance, type ApplianceOptions } from '../../../src/appliance.ts'
import { configSchema, type ConfigInput } from '../../../src/config/schema.ts'
import type { Logger } from '../../../src/runtime.ts'
import { systemClock, systemRandom } from '../../../src/system.ts'
import { createTempDir } from '../../support/temp-dir.ts'

export interface TestApplianceOptions extends Pick<ApplianceOptions, 'openStorage' | 'settleMs'> {
  /** As in `signpost.yaml`. Listeners default to free ports, limits to none. */
  readonly config: ConfigInput
  /** Default: a temporary directory of its own. */
  readonly dataDir?: string
}

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly message: string
  readonly fields: object
}

export interface TestAppliance extends Appliance {
  readonly dataDir: string
  readonly log: readonly LogLine[]
}

/** A whole Signpost in the test process, with the real clock and randomness. */
export async function startTestAppliance(options: TestApplianceOptions): Promise<TestAppliance> {
  const { config, dataDir = await createTempDir('signpost'), ...rest } = options
  const log: LogLine[] = []
  const appliance = await startAppliance({
    ...rest,
    dataDir,
    config: configSchema.parse(withTestDefaults(config)),
    runtime: { clock: systemClock, random: systemRandom, log: keepingLog(log) },
    env: {},
  })
  return { ...appliance, dataDir, log }
}

/** Listeners on free ports of this machine, and no rate limits. */
export function withTestDefaults(config: ConfigInput): ConfigInput {
  return {
    ...config,
    server: { listen: { port: 0 }, ...config.server },
    admin: { listen: { port: 0 }, ...config.admin },
    rateLimits: { enabled: false, ...config.rateLimits },
  }
}

function keepingLog(lines: LogLine[]): Logger {
  const at = (level: LogLine['level']) => (fields: object, message: string) =>
    void lines.push({ level, message, fields })
  const log: Logger = {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: () => log,
  }
  return log
}
