import type { Kysely, Transaction } from 'kysely'
import type { Migration } from './migrations/migration.ts'
import type { Database } from './schema.ts'

export type StorageKind = 'sqlite' | 'postgres'

/** The open database. */
export interface Storage {
  readonly kind: StorageKind
  /** For single statements. Inside `transaction` use its `tx`: SQLite has one connection and `db` would wait for it forever. */
  readonly db: Kysely<Database>
  /**
   * Runs `work` in one transaction and commits when it resolves. On SQLite transactions run one after the other; on
   * PostgreSQL (READ COMMITTED) they interleave, so decide by the row count of a conditional write. `work` runs again
   * after a deadlock: it must touch nothing but `tx`. Transactions do not nest.
   */
  transaction<T>(work: (tx: Transaction<Database>) => Promise<T>): Promise<T>
  /** Runs `work` against one frozen, read-only state of the database, for index builds. Writers do not wait for it. */
  readSnapshot<T>(work: (tx: Transaction<Database>) => Promise<T>): Promise<T>
  /** Waits for work under way and lets go of the database. Harmless when repeated. */
  close(): Promise<void>
}

interface CommonOptions {
  /** Written into the database, so that an older program can name the version it refuses. */
  readonly programVersion?: string
  /** Default: all of `migrations/`. */
  readonly migrations?: readonly Migration[]
  /**
   * Opens a database beside the process that runs on it, for a command: no process lock, no migration, no snapshot.
   * Refused when the database does not exist or its schema is not the one of this program.
   */
  readonly guest?: boolean
}

export interface SqliteOptions extends CommonOptions {
  readonly type: 'sqlite'
  /** Absolute path. Its folder also holds `signpost.lock` and `snapshots/`. */
  readonly file: string
}

export interface PostgresOptions extends CommonOptions {
  readonly type: 'postgres'
  readonly url: string
  /** Connections at most; default 10. */
  readonly poolSize?: number
}

export type StorageOptions = SqliteOptions | PostgresOptions
