import { loadConfig } from '../../config/load.ts'
import { OperatorError } from '../../config/operator-error.ts'
import type { Config } from '../../config/schema.ts'
import type { SecretReader } from '../../config/secrets.ts'
import type { Runtime } from '../../runtime.ts'
import type { Storage } from '../../storage/storage.ts'
import { configuredKey, performBackup, type BackupProgress, type PerformedBackup } from './perform-backup.ts'
import type { BackupKey } from './file/key.ts'
import { retryBackup } from './retry-backup.ts'
import { isDailyDue } from './schedule.ts'
import { readBackupNote } from './status.ts'
import type { TrialResult } from './trial.ts'

export interface BackupsOptions {
  readonly storage: Storage
  readonly runtime: Runtime
  readonly dataDir: string
  readonly config: () => Config
  readonly secrets: SecretReader
  readonly sealingKey: Buffer
}

/** The backups of a running Signpost. */
export interface Backups {
  /** Makes the daily backup if it is time. Called by itself every minute after `start`. */
  tick(): Promise<void>
  /** Makes one now, in the folder of the configuration. Throws `OperatorError`. */
  now(report?: (progress: BackupProgress) => void, signal?: AbortSignal): Promise<PerformedBackup>
  /** Restores one that is there already on trial. Throws `OperatorError`. */
  tryAgain(file: string, key: BackupKey, signal?: AbortSignal): Promise<TrialResult>
  start(): void
  /** Ends a trial under way, and waits for a backup that is being written. */
  stop(): Promise<void>
}

const TICK_MS = 60_000

export function createBackups(options: BackupsOptions): Backups {
  const { storage, runtime, dataDir, config, secrets, sealingKey } = options
  const stopping = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let running: Promise<unknown> = Promise.resolve()

  async function perform(
    trigger: 'daily' | 'byHand',
    report?: (progress: BackupProgress) => void,
    signal: AbortSignal = stopping.signal,
  ): Promise<PerformedBackup> {
    const key = await configuredKey(config(), dataDir, secrets)
    if (key === null) throw noKey()
    const { values } = await loadConfig(dataDir)
    const source = { dataDir, config: config(), values, storage, runtime, sealingKey }
    return await performBackup({ source, key, trigger, trial: true, signal }, report)
  }

  /** What `stop` ends, and waits for. */
  function follow<T>(work: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const both = signal === undefined ? [stopping.signal] : [stopping.signal, signal]
    const promise = work(AbortSignal.any(both))
    running = Promise.allSettled([running, promise])
    return promise
  }

  const backups: Backups = {
    async tick() {
      const { enabled, at } = config().backup
      if (!enabled || !isDailyDue(at, await readBackupNote(storage), runtime.clock.now())) return
      try {
        const { file, bytes } = await perform('daily')
        runtime.log.info({ file, bytes }, 'made the daily backup')
      } catch (error) {
        // Another Signpost on the same database was faster.
        if (error instanceof OperatorError && error.code === 'backup-under-way') return
        runtime.log.error({ err: error }, 'the daily backup failed')
      }
    },
    now: (report, signal) => follow((both) => perform('byHand', report, both), signal),
    tryAgain: (file, key, signal) =>
      follow(
        (both) => retryBackup({ file, key, dataDir, config: config(), storage, runtime, signal: both }),
        signal,
      ),
    start() {
      const schedule = () => {
        timer = setTimeout(() => {
          const ticked = backups
            .tick()
            .catch((error: unknown) => runtime.log.error({ err: error }, 'looking for a due backup failed'))
          running = Promise.allSettled([running, ticked])
          void ticked.finally(() => stopping.signal.aborted || schedule())
        }, TICK_MS)
      }
      schedule()
    },
    async stop() {
      clearTimeout(timer)
      stopping.abort()
      await running
    },
  }
  return backups
}

const noKey = () =>
  new OperatorError('backup-failed', {
    tried: 'make a backup',
    likelyCause: 'Backups are encrypted, and neither backup.password nor backup.keyFile says with what.',
    fix: 'Set a password: signpost config set backup.password PASSWORD - and write it down elsewhere.',
  })
