import type { Runtime } from '../runtime.ts'
import { openPostgres } from './postgres.ts'
import { openSqlite } from './sqlite.ts'
import type { Storage, StorageOptions } from './types.ts'

export type { PostgresOptions, SqliteOptions, Storage, StorageKind, StorageOptions } from './types.ts'

/** Opens the database, checks that it is Signpost's and of a known version, and migrates it. Throws `StorageError`. */
export async function openStorage(options: StorageOptions, runtime: Runtime): Promise<Storage> {
  return options.type === 'sqlite' ? openSqlite(options, runtime) : openPostgres(options, runtime)
}
