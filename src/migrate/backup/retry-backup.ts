import { OperatorError } from '../../config/operator-error.ts'
import type { Config } from '../../config/schema.ts'
import type { Runtime } from '../../runtime.ts'
import type { Storage } from '../../storage/storage.ts'
import type { BackupKey } from './file/key.ts'
import type { Head } from './file/records.ts'
import { bytesToUnpack } from './free-space.ts'
import { listOwnFiles } from './own-files.ts'
import { withLease } from './perform-backup.ts'
import { readHead } from './read-backup.ts'
import { readBackupNote, writeBackupNote } from './status.ts'
import { tryBackup, type TrialResult } from './trial.ts'

export interface RetryOrder {
  readonly file: string
  readonly key: BackupKey
  readonly dataDir: string
  readonly config: Config
  readonly storage: Storage
  readonly runtime: Runtime
  readonly signal: AbortSignal
}

/**
 * Restores a backup that was made before on trial. The keys that it has to answer with are those of its time. What becomes
 * of it counts for the badge when it is the latest backup. Throws `OperatorError`: `backup-under-way`, and what
 * `openBackup` throws; a trial that fails is no error.
 */
export async function retryBackup(order: RetryOrder): Promise<TrialResult> {
  const { file, key, dataDir, config, storage, runtime, signal } = order
  return await withLease(storage, runtime, async () => {
    const head = await readHeadIfWhole(file, key)
    const trial = await tryBackup({
      ...{ file, key, dataDir, signal, now: () => runtime.clock.now() },
      publicKeys: Object.fromEntries((head?.publicKeys ?? []).map(({ id, publicKey }) => [id, publicKey])),
      neededBytes: await bytesToUnpack(storage, await listOwnFiles(dataDir, config)),
    })
    const { latest } = await readBackupNote(storage)
    if (latest?.file === file && !signal.aborted) {
      await writeBackupNote(storage, {
        latest: { ...latest, trial },
        ...(trial.ok ? { provenAt: latest.createdAt } : {}),
      })
    }
    return trial
  })
}

/** Null for a damaged backup: its trial will tell how far it goes. Throws what else `openBackup` throws. */
export async function readHeadIfWhole(file: string, key: BackupKey): Promise<Head | null> {
  try {
    return await readHead(file, key)
  } catch (error) {
    if (error instanceof OperatorError && error.code === 'backup-damaged') return null
    throw error
  }
}
