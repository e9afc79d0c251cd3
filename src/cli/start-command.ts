import { createLogger } from '../activity/logger.ts'
import { createRecentLog } from '../activity/recent-log.ts'
import { startAppliance, type Appliance, type ApplianceOptions } from '../appliance.ts'
import { loadConfig } from '../config/load.ts'
import { upgradeConfigFile } from '../config/migrations/upgrade-file.ts'
import { OperatorError } from '../config/operator-error.ts'
import type { Config } from '../config/schema.ts'
import { readKey, sealingKeyFile } from '../config/sealing.ts'
import { connectToShell, type DesktopShell } from '../desktop/connect.ts'
import { publicUrl } from '../public-url.ts'
import type { Logger, Runtime } from '../runtime.ts'
import { systemClock, systemRandom } from '../system.ts'
import { takeOverAtStart } from '../take-over-at-start.ts'
import { version } from '../version.ts'
import { welcomeText } from '../welcome.ts'
import { exitCodes } from './config-commands.ts'
import type { CommandContext } from './run.ts'
import { runUntilStopped } from './run-until-stopped.ts'

/** `signpost start`: runs until it is asked to stop. */
export async function runStartCommand(_args: readonly string[], context: CommandContext): Promise<number> {
  // Asked for first: a signal during the start stops in order, too, once everything is up.
  const stopRequested = context.stopRequested()
  const shell = context.shell ? connectToShell(context.shell, systemClock) : null
  try {
    return await serve(context, shell, stopRequested)
  } catch (error) {
    shell?.failed(error)
    throw error
  } finally {
    shell?.close()
  }
}

async function serve(
  context: CommandContext,
  shell: DesktopShell | null,
  stopRequested: Promise<unknown>,
): Promise<number> {
  await upgradeConfig(context)
  const { config } = await loadConfig(context.dataDir)
  const { level, addresses } = config.activity
  // A person at the terminal reads the welcome page; the log of an undisturbed start would bury it.
  const quiet = context.terminal && level === 'info' ? 'warn' : level
  // The file has what the screen keeps back.
  const recent = createRecentLog({ dataDir: context.dataDir })
  const second = { level, stream: recent.stream }
  const log = createLogger({ level: quiet, masked: () => addresses !== 'full', second })
  const runtime: Runtime = { clock: systemClock, random: systemRandom, log }
  let isFirst = true
  try {
    await runUntilStopped({
      dataDir: context.dataDir,
      clock: systemClock,
      log,
      stopRequested: shell === null ? stopRequested : Promise.race([stopRequested, shell.stopRequested]),
      beforeStart: async () =>
        await takeOverAtStart({
          dataDir: context.dataDir,
          runtime,
          env: context.env,
          ...(await sealingKeyFrom(shell, context.dataDir)),
        }),
      async start(current, restart) {
        const appliance = await startAppliance({
          dataDir: context.dataDir,
          config: current,
          runtime,
          env: context.env,
          restart,
          ...(shell === null ? {} : { observeLookup: () => shell.countLookup() }),
          ...(await sealingKeyFrom(shell, context.dataDir)),
        })
        // The shell keeps what is printed in a log, where no link belongs; it asks for its own.
        if (isFirst && shell === null) await greet(context, appliance, current)
        isFirst = false
        const endReload = context.onReload(() => void reload(appliance, context.dataDir, log))
        const leaveShell = await shell?.serve({ appliance, admin: appliance.admin, runtime })
        return {
          async stop() {
            endReload()
            await leaveShell?.()
            await appliance.stop()
          },
        }
      },
    })
    return exitCodes.fine
  } finally {
    await recent.close()
  }
}

/** The shell's key, unless the data directory has one: a restore in between has brought its own along. */
async function sealingKeyFrom(
  shell: DesktopShell | null,
  dataDir: string,
): Promise<Pick<ApplianceOptions, 'sealingKey'>> {
  const sealingKey = (await shell?.sealingKey) ?? null
  if (sealingKey === null || (await hasSealingKey(dataDir))) return {}
  return { sealingKey }
}

async function hasSealingKey(dataDir: string): Promise<boolean> {
  try {
    return (await readKey(sealingKeyFile(dataDir))) !== null
  } catch (error) {
    if (error instanceof OperatorError && error.code === 'sealing-key-elsewhere') return false
    throw error
  }
}

/** The link that claims a new server stands here, on the screen of whoever started it, and never in the log. */
async function greet(
  context: CommandContext,
  { publicAddress, adminAddress, admin }: Appliance,
  config: Config,
): Promise<void> {
  const { dataDir } = context
  const url = publicUrl(config)
  const claim = (await admin.isClaimed()) ? null : await admin.oneTimeLink()
  context.out(
    context.json
      ? JSON.stringify({ publicAddress, adminAddress, publicUrl: url, dataDir, claim })
      : welcomeText({ config, publicUrl: url, dataDir, version, claim }),
  )
}

/** What is not written is read all the same, in its former form. */
async function upgradeConfig({ dataDir, err }: CommandContext): Promise<void> {
  try {
    const former = await upgradeConfigFile(dataDir, systemClock)
    if (former !== null) err(`signpost.yaml has today's form now; the former file is ${former}`)
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error
    err(error.message)
  }
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
