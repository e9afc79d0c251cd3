import { createLogger } from '../activity/logger.ts'
import { createRecentLog } from '../activity/recent-log.ts'
import { startAppliance, type Appliance } from '../appliance.ts'
import { loadConfig } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import { publicUrl } from '../public-url.ts'
import type { Logger, Runtime } from '../runtime.ts'
import { systemClock, systemRandom } from '../system.ts'
import { version } from '../version.ts'
import { welcomeText } from '../welcome.ts'
import { exitCodes } from './config-commands.ts'
import type { CommandContext } from './run.ts'

/** `signpost start`: runs until it is asked to stop. */
export async function runStartCommand(_args: readonly string[], context: CommandContext): Promise<number> {
  // Asked for first: a signal during the start stops in order, too, once everything is up.
  const stopRequested = context.stopRequested()
  const { config } = await loadConfig(context.dataDir)
  const { level, addresses } = config.activity
  // A person at the terminal reads the welcome page; the log of an undisturbed start would bury it.
  const quiet = context.terminal && level === 'info' ? 'warn' : level
  // The file has what the screen keeps back.
  const recent = createRecentLog({ dataDir: context.dataDir })
  const second = { level, stream: recent.stream }
  const log = createLogger({ level: quiet, masked: () => addresses === 'masked', second })
  try {
    return await serve(context, config, log, stopRequested)
  } finally {
    await recent.close()
  }
}

async function serve(
  context: CommandContext,
  config: Config,
  log: Logger,
  stopRequested: Promise<unknown>,
): Promise<number> {
  const runtime: Runtime = { clock: systemClock, random: systemRandom, log }
  const appliance = await startAppliance({ dataDir: context.dataDir, config, runtime, env: context.env })
  if (context.json) {
    const { publicAddress, adminAddress } = appliance
    context.out(
      JSON.stringify({ publicAddress, adminAddress, publicUrl: publicUrl(config), dataDir: context.dataDir }),
    )
  } else {
    context.out(welcomeText({ config, publicUrl: publicUrl(config), dataDir: context.dataDir, version }))
  }
  const endReload = context.onReload(() => void reload(appliance, context.dataDir, log))
  await stopRequested
  endReload()
  await appliance.stop()
  return exitCodes.fine
}

/** Takes a changed `signpost.yaml` over while running. A file that cannot be used changes nothing. */
async function reload(appliance: Appliance, dataDir: string, log: Logger): Promise<void> {
  try {
    const result = await appliance.config.apply((await loadConfig(dataDir)).config)
    if (!result.applied) log.error({ problems: result.problems }, 'the changed configuration was refused')
    else log.warn({ restartNeeded: result.restartNeeded }, 'the changed configuration is in force')
  } catch (error) {
    log.error({ err: error }, 'the changed configuration cannot be used; the former one stays in force')
  }
}
