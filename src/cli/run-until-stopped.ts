import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { configFileName, parseConfig, readConfigFile } from '../config/load.ts'
import { OperatorError } from '../config/operator-error.ts'
import type { Config } from '../config/schema.ts'
import { replaceFile } from '../config/write-file.ts'
import { finishRestore } from '../migrate/backup/restore/restore-backup.ts'
import type { RefusedRestart } from '../refused-restart.ts'
import type { Clock, Logger } from '../runtime.ts'

export interface RunUntilStopped {
  readonly dataDir: string
  readonly clock: Clock
  readonly log: Logger
  readonly stopRequested: Promise<unknown>
  /** What was ordered for the next start, and may change the configuration. */
  readonly beforeStart?: () => Promise<void>
  /** Starts everything. Called anew after each restart; the former run has ended by then. */
  readonly start: (
    config: Config,
    restarts: { readonly request: () => void; readonly refused: RefusedRestart | null },
  ) => Promise<{ stop(): Promise<void> }>
}

/**
 * Runs until it is asked to stop, through any number of restarts in place. A configuration that fails at a restart is
 * put aside and the former one comes back: who changed a setting from afar must not be left without a server.
 * @throws OperatorError when the first start fails, or the former configuration does not start either.
 */
export async function runUntilStopped(options: RunUntilStopped): Promise<void> {
  const { dataDir, stopRequested, log } = options
  const path = join(dataDir, configFileName)
  /** The text with which Signpost last started; null when there was no file. */
  let former: string | null | undefined
  let tried: string | null = null
  let refused: RefusedRestart | null = null
  for (;;) {
    const restart = Promise.withResolvers<'restart'>()
    const startNow = async () => {
      // A restore that has waited for this start: the former configuration belongs to the former data.
      if (await finishRestore(dataDir)) former = undefined
      await options.beforeStart?.()
      tried = await readConfigFile(path)
      const { config } = parseConfig(tried ?? '', configFileName)
      return await options.start(config, { request: () => restart.resolve('restart'), refused })
    }
    const running = await startNow().catch(async (error: unknown) => {
      if (former === undefined || !(error instanceof OperatorError)) throw error
      log.error({ err: error }, 'the restart failed; the former configuration is put back')
      refused = await putBack(options, path, former, error)
      return await startNow()
    })
    former = tried
    const next = await Promise.race([stopRequested.then(() => 'stop' as const), restart.promise])
    await running.stop()
    if (next === 'stop') return
    refused = null
    log.info({}, 'starting anew')
  }
}

async function putBack(
  { dataDir, clock }: RunUntilStopped,
  path: string,
  former: string | null,
  error: OperatorError,
): Promise<RefusedRestart> {
  const at = clock.now()
  const keptAs = join(dataDir, 'archive', `refused-${new Date(at).toISOString().replaceAll(':', '-')}.yaml`)
  await mkdir(join(dataDir, 'archive'), { recursive: true, mode: 0o700 })
  await replaceFile(keptAs, (await readConfigFile(path)) ?? '')
  if (former === null) await rm(path, { force: true })
  else await replaceFile(path, former)
  return { error, at, keptAs }
}
