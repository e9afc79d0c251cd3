import { basename } from 'node:path'
import type { Backups } from '../../migrate/backup/daily-backups.ts'
import type { BackupKey } from '../../migrate/backup/file/key.ts'
import { restoreBackup, type RestoreOptions } from '../../migrate/backup/restore/restore-backup.ts'
import type { JobOrder, JobProgress } from '../jobs/jobs.ts'
import type { MadeBackup, PreparedRestore, Trial } from './shapes.ts'

interface Progress {
  readonly step: string
  readonly done?: number
  readonly total?: number | null
}

/** Tells a job what the work reports: a new step, or how far it is within one. */
function follow({ step, advance }: JobProgress): (progress: Progress) => void {
  let latest: string | null = null
  return (progress) => {
    if (progress.step !== latest) step(progress.step)
    latest = progress.step
    if (progress.done !== undefined) advance(progress.done, progress.total ?? null)
  }
}

export function backupJob(backups: Pick<Backups, 'now'>): JobOrder<MadeBackup> {
  return {
    kind: 'backup',
    // The file is written to its end in any case; without its trial it would be of doubtful use.
    cancellable: false,
    work: async (progress) => {
      const { file, bytes, rows, files, trial } = await backups.now(follow(progress), progress.signal)
      return { name: basename(file), bytes, rows, files, trial }
    },
  }
}

interface BackupOrder {
  readonly file: string
  readonly key: BackupKey
}

export function trialJob(backups: Pick<Backups, 'tryAgain'>, { file, key }: BackupOrder): JobOrder<Trial> {
  return {
    kind: 'backup',
    target: basename(file),
    work: async ({ step, signal }) => {
      step('trial')
      return await backups.tryAgain(file, key, signal)
    },
  }
}

export function restoreJob(
  order: BackupOrder & Pick<RestoreOptions, 'dataDir' | 'env' | 'runtime'>,
): JobOrder<PreparedRestore> {
  return {
    kind: 'restore',
    target: basename(order.file),
    cancellable: false,
    work: async (progress) => {
      const restored = await restoreBackup({ ...order, when: 'atNextStart' }, follow(progress))
      const { domain, createdAt, rows, files, consoleUrl, changes, missingPaths } = restored
      const paths = [...missingPaths]
      return { domain, createdAt, rows, files, consoleUrl, changes: [...changes], missingPaths: paths }
    },
  }
}
