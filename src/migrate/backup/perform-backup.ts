import { mkdir, readdir, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { OperatorError } from '../../config/operator-error.ts'
import type { Config } from '../../config/schema.ts'
import type { SecretReader } from '../../config/secrets.ts'
import type { Runtime } from '../../runtime.ts'
import { acquireLease, releaseLease } from '../../storage/leases.ts'
import type { Storage } from '../../storage/storage.ts'
import type { ContentProgress } from './contents.ts'
import { readKeyFile, type BackupKey } from './file/key.ts'
import { bytesToUnpack, cannotWrite } from './free-space.ts'
import { listOwnFiles } from './own-files.ts'
import { backupName, superfluous } from './retention.ts'
import { writeBackupNote } from './status.ts'
import { tryBackup, type TrialResult } from './trial.ts'
import { writeBackup, type BackupSource, type WrittenBackup } from './write-backup.ts'

export interface BackupOrder {
  readonly source: BackupSource
  readonly key: BackupKey
  readonly trigger: 'daily' | 'byHand'
  /** Absent: a name by the time, in the folder of the configuration. */
  readonly file?: string
  /** False leaves the trial out; the badge stays as it is. */
  readonly trial: boolean
  readonly signal?: AbortSignal
}

export type BackupProgress = ContentProgress | { readonly step: 'trial' }

export interface PerformedBackup extends WrittenBackup {
  readonly trial: TrialResult | null
}

/**
 * Makes a backup, restores it on trial and notes down what became of it. Never two at once on a database. Throws
 * `OperatorError`: `backup-under-way`, `backup-failed`. A trial that fails is no error; it is in the result.
 */
export async function performBackup(
  order: BackupOrder,
  report: (progress: BackupProgress) => void = () => {},
): Promise<PerformedBackup> {
  const { source, trigger } = order
  const { storage, runtime } = source
  return await withLease(storage, runtime, async () => {
    if (trigger === 'daily') await writeBackupNote(storage, { dailyBegunAt: runtime.clock.now() })
    try {
      return await writeAndTry(order, report)
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error
      const { code, message, fix } = error
      await writeBackupNote(storage, { failure: { at: runtime.clock.now(), code, message, fix } })
      throw error
    }
  })
}

async function writeAndTry(
  { source, key, trigger, file: wanted, trial: isTried, signal }: BackupOrder,
  report: (progress: BackupProgress) => void,
): Promise<PerformedBackup> {
  const { storage, runtime, dataDir, config } = source
  const folder = resolve(dataDir, config.backup.folder)
  const file = wanted ?? join(folder, backupName(trigger, runtime.clock.now()))
  await prepareFolder(dirname(file), wanted === undefined)
  const written = await writeBackup(source, file, key, report)
  const latest = {
    createdAt: written.createdAt,
    file,
    bytes: written.bytes,
    rows: written.rows,
    trigger,
    trial: null,
  }
  await writeBackupNote(storage, { latest, failure: null })
  if (trigger === 'daily') await removeSuperfluous(folder, config.backup.keep)
  if (!isTried) return { ...written, trial: null }
  report({ step: 'trial' })
  const trial = await tryBackup({
    ...{ file, key, dataDir, now: () => runtime.clock.now() },
    neededBytes: await bytesToUnpack(storage, await listOwnFiles(dataDir, config)),
    ...(signal === undefined ? {} : { signal }),
  })
  const proven = trial.ok ? { provenAt: written.createdAt } : {}
  await writeBackupNote(storage, { latest: { ...latest, trial }, ...proven })
  if (!trial.ok) runtime.log.error({ steps: trial.steps }, 'the backup could not be restored on trial')
  return { ...written, trial }
}

/** In Signpost's own folder, what a killed process left half-written goes; elsewhere nothing is touched. */
async function prepareFolder(folder: string, isOwn: boolean): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    if (!isOwn) return
    for (const name of await readdir(folder)) {
      if (/^signpost-.*\.signpost\.partial$/.test(name)) await rm(join(folder, name), { force: true })
    }
  } catch (error) {
    throw cannotWrite(join(folder, '*'), error)
  }
}

async function removeSuperfluous(folder: string, keep: Config['backup']['keep']): Promise<void> {
  for (const name of superfluous(await readdir(folder), keep)) await rm(join(folder, name), { force: true })
}

const LEASE_MS = 120_000

/** Does what nobody else may do on this database at the same time. Throws `backup-under-way`. */
export async function withLease<T>(storage: Storage, runtime: Runtime, work: () => Promise<T>): Promise<T> {
  const holder = runtime.random.bytes(8).toString('hex')
  const take = () => acquireLease(storage, runtime, 'backup', holder, LEASE_MS)
  if (!(await take())) {
    throw new OperatorError('backup-under-way', {
      tried: 'make a backup',
      likelyCause: 'Another one, or the trial of another one, is under way.',
      fix: 'Wait until it is done. After a crash, that takes up to two minutes.',
    })
  }
  const renewal = setInterval(() => {
    take().catch((err: unknown) => runtime.log.warn({ err }, 'the lease of the backup could not be renewed'))
  }, LEASE_MS / 4)
  try {
    return await work()
  } finally {
    clearInterval(renewal)
    await releaseLease(storage, 'backup', holder)
  }
}

/** What the configuration says opens backups; null where it says nothing. Throws `OperatorError`. */
export async function configuredKey(
  { backup }: Config,
  dataDir: string,
  secrets: SecretReader,
): Promise<BackupKey | null> {
  if (backup.keyFile !== null) return await readKeyFile(resolve(dataDir, backup.keyFile))
  if (backup.password === null) return null
  return { password: await secrets.read(backup.password, 'backup.password') }
}
