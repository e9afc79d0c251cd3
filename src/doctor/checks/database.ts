import { dirname, resolve } from 'node:path'
import { OperatorError } from '../../config/operator-error.ts'
import type { Config } from '../../config/schema.ts'
import { refuseNetworkFileSystem } from '../../storage/network-file-system.ts'
import { StorageError } from '../../storage/storage-error.ts'
import { STORAGE_LIMIT_MS, type DoctorCheck, type Result } from '../check.ts'
import { databaseFaults, type DatabaseFault } from '../database-faults.ts'
import { fine, reporterOf } from '../results.ts'
import type { DoctorWorld } from '../world.ts'

const found = reporterOf(databaseFaults)

export const database: DoctorCheck = {
  code: 'database',
  area: 'storage',
  title: 'the database',
  faults: databaseFaults,
  limitMs: STORAGE_LIMIT_MS,
  async run(world) {
    try {
      await checkPlace(world, await world.config.need())
      const { kind } = await world.storage.look()
      return [fine('database', kind === 'postgres' ? 'PostgreSQL answers.' : 'The file can be used.')]
    } catch (error) {
      return [resultOf(error)]
    }
  },
}

/** A start refuses a network file system, too; here it is asked first, so that it is named whatever else is wrong. */
async function checkPlace({ dataDir, machine }: DoctorWorld, { storage }: Config): Promise<void> {
  if (storage.type !== 'sqlite') return
  const folder = dirname(resolve(dataDir, storage.path))
  // A folder that is not there yet is reported as a missing database.
  await refuseNetworkFileSystem(folder, (path) => machine.fileSystem(path).catch(() => null))
}

function resultOf(error: unknown): Result {
  if (error instanceof StorageError && error.code in databaseFaults) {
    return found(error.code as DatabaseFault, {
      detail: error.likelyCause,
      fix: error.fix,
    })
  }
  // The secret of storage.url; the check of the secrets tells more.
  if (error instanceof OperatorError) {
    return found('database-unreachable', { detail: error.likelyCause, fix: error.fix })
  }
  throw error
}
