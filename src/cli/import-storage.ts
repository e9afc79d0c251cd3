import { loadConfig } from '../config/load.ts'
import { OperatorError } from '../config/operator-error.ts'
import type { Runtime } from '../runtime.ts'
import { storageOptionsOf } from '../storage-options.ts'
import { openStorage, type Storage } from '../storage/storage.ts'
import { secretsOf, type DataContext } from './open-data.ts'

/** The database as a guest, beside a running Signpost or without one; null when there is none yet. */
export async function openExisting(io: DataContext, runtime: Runtime): Promise<Storage | null> {
  const { config } = await loadConfig(io.dataDir)
  const options = await storageOptionsOf(config, io.dataDir, secretsOf(io, runtime))
  try {
    return await openStorage({ ...options, guest: true }, runtime)
  } catch (error) {
    if (error instanceof OperatorError && error.code === 'database-missing') return null
    throw error
  }
}
