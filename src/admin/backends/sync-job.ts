import { BackendFailure } from '../../backends/failure.ts'
import { readSyncState } from '../../backends/sync/state.ts'
import { syncSettings } from '../../backends/mirrored.ts'
import type { SyncResult } from '../../backends/sync/run-sync.ts'
import type { Config } from '../../config/schema.ts'
import type { Directories } from '../../directories.ts'
import type { Storage } from '../../storage/storage.ts'
import { AdminError } from '../api/errors.ts'
import type { JobProgress, Jobs } from '../jobs/jobs.ts'
import type { Job } from '../jobs/shapes.ts'

export interface SyncJobOptions {
  readonly storage: Storage
  /** The configuration that runs. */
  readonly config: () => Config
  readonly directories: Pick<Directories, 'syncs'>
  readonly jobs: Jobs
}

/** Syncs a backend as a job whose result is a `SyncResult`. @throws AdminError `not-found`, `not-possible`, `conflict`. */
export function startSync(
  options: SyncJobOptions,
  id: string,
  order: { readonly full: boolean; readonly acceptRemovals: boolean },
): Job {
  const config = options.config().backends.find((backend) => backend.id === id)
  if (config === undefined) throw new AdminError('not-found')
  if (syncSettings(config) === null) {
    throw new AdminError('not-possible', {
      message: `There is no copy of "${id}": its sync is off, or it cannot list its people.`,
      fix: 'Turn on the sync in its settings, and what its listing needs.',
    })
  }
  const work = (progress: JobProgress) => sync(options, id, order, progress)
  return options.jobs.start({ kind: 'sync', target: id, cancellable: false, work })
}

async function sync(
  { storage, directories }: SyncJobOptions,
  id: string,
  order: { readonly full: boolean; readonly acceptRemovals: boolean },
  job: JobProgress,
): Promise<SyncResult> {
  job.step('read-people')
  const expected = (await readSyncState(storage.db, id))?.people ?? 0
  const progress = (read: number) => job.advance(read, expected >= read ? expected : null)
  try {
    const outcome = await directories.syncs.syncNow(id, { ...order, progress })
    if (outcome.ok) return outcome.result
    const { message, fix, code } = outcome.failure
    throw new AdminError('unavailable', { message, fix, params: { reason: code } })
  } catch (error) {
    if (!(error instanceof BackendFailure)) throw error
    const { message, fix, code } = error
    throw new AdminError('unavailable', { message, fix, params: { reason: code } })
  }
}
