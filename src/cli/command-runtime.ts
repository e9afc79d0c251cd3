import { createLogger } from '../activity/logger.ts'
import type { Runtime } from '../runtime.ts'
import { systemClock, systemRandom } from '../system.ts'

/** The runtime of a command: its own output tells what there is to tell, the log only of what breaks. */
export function commandRuntime(): Runtime {
  return {
    clock: systemClock,
    random: systemRandom,
    log: createLogger({ level: 'error', masked: () => true }),
  }
}
