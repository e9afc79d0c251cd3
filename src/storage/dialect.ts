import { PostgresAdapter } from 'kysely'
import type { Kysely } from 'kysely'
import type { Database } from './schema.ts'
import type { StorageKind } from './types.ts'

/** Which of the two databases a handle or transaction talks to. */
export function kindOf(db: Kysely<Database>): StorageKind {
  return db.getExecutor().adapter instanceof PostgresAdapter ? 'postgres' : 'sqlite'
}
