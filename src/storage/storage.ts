import type { Runtime } from '../runtime.ts'
import { openSqlite } from './sqlite.ts'
import type { Storage, StorageOptions } from './types.ts'

export type { PostgresOptions, SqliteOptions, Storage, StorageKind, StorageOptions } from './types.ts'

/** Opens the database, checks that it is Signpost's and of a known version, and migrates it. Throws `StorageError`. */
export async function openStorage(options: StorageOptions, runtime: Runtime): Promise<Storage> {
  if (options.type === 'sqlite') return await openSqlite(options, runtime)
  // Most installations never need the PostgreSQL client in memory.
  const { openPostgres } = await import('./postgres.ts')
  return await openPostgres(options, runtime)
}
