import { chmod, mkdir, open, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import { CompiledQuery, Kysely, SqliteDialect, SqliteDriver } from 'kysely'
import type { DatabaseConnection, Driver } from 'kysely'
import type { Runtime } from '../runtime.ts'
import { followClock } from './clock-guard.ts'
import { lockDataFolder } from './data-lock.ts'
import { databaseMissing, migrate, requireCurrentSchema } from './migrate.ts'
import { refuseNetworkFileSystem } from './network-file-system.ts'
import type { Database } from './schema.ts'
import { takeSnapshot } from './snapshots.ts'
import { explainSqliteFailure } from './sqlite-failure.ts'
import { errorCode, StorageError } from './storage-error.ts'
import type { SqliteOptions, Storage } from './types.ts'

/** "Sgnp": marks the file as Signpost's (https://sqlite.org/pragma.html#pragma_application_id). */
export const APPLICATION_ID = 0x53676e70
const BUSY_TIMEOUT_MS = 5_000

/**
 * Opens the SQLite database, creating it when it is missing, for this process alone; a guest shares the one of another
 * process, by SQLite's own locks. Throws `StorageError`.
 */
export async function openSqlite(options: SqliteOptions, runtime: Runtime): Promise<Storage> {
  if (options.guest === true) return openAsGuest(options)
  const tried = `open the database ${options.file}`
  let lock: { release(): void } | null = null
  let db: Kysely<Database> | null = null
  try {
    await mkdir(dirname(options.file), { recursive: true, mode: 0o700 })
    const folder = await realpath(dirname(options.file))
    const file = join(folder, basename(options.file))
    await refuseNetworkFileSystem(folder)
    lock = lockDataFolder(folder)
    await makePrivate(file)
    db = new Kysely<Database>({ dialect: new ImmediateSqliteDialect(connect(file, tried)) })
    const reader = db
    await migrate(db, options, runtime, {
      beforeUpgrade: (number) => takeSnapshot(reader, folder, number, runtime),
      explain: (error) => explainSqliteFailure(error, tried, options.file),
    })
    await followClock(db, runtime)
    await makePrivate(file)
    return createStorage(file, db, lock)
  } catch (error) {
    await db?.destroy()
    lock?.release()
    throw explainSqliteFailure(error, tried, options.file)
  }
}

async function openAsGuest(options: SqliteOptions): Promise<Storage> {
  const tried = `open the database ${options.file}`
  let db: Kysely<Database> | null = null
  try {
    // Not by opening it: closing a descriptor drops the locks that this process may hold on the file (POSIX).
    await stat(options.file).catch((error: unknown) => {
      if (errorCode(error) !== 'ENOENT') throw error
      throw databaseMissing(tried, `${options.file} does not exist.`)
    })
    const file = await realpath(options.file)
    await refuseNetworkFileSystem(dirname(file))
    db = new Kysely<Database>({ dialect: new ImmediateSqliteDialect(connect(file, tried, true)) })
    await requireCurrentSchema(db, options)
    return createStorage(file, db, null)
  } catch (error) {
    await db?.destroy()
    throw explainSqliteFailure(error, tried, options.file)
  }
}

/** A read-only connection beside the main one, for example in a worker. `destroy()` it after use. */
export function openSqliteReader(file: string): Kysely<Database> {
  const database = new BetterSqlite(file, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS })
  return new Kysely<Database>({ dialect: new SqliteDialect({ database }) })
}

function createStorage(file: string, db: Kysely<Database>, lock: { release(): void } | null): Storage {
  let closing: Promise<void> | null = null
  return {
    kind: 'sqlite',
    db,
    async transaction(work) {
      try {
        return await db.transaction().execute(work)
      } catch (error) {
        throw explainSqliteFailure(error, 'write to the database', file)
      }
    },
    async readSnapshot(work) {
      // A connection of its own: in WAL mode its transaction sees one state while the main connection goes on writing.
      const reader = openSqliteReader(file)
      try {
        return await reader.transaction().execute(work)
      } finally {
        await reader.destroy()
      }
    },
    close() {
      // The connection closes when its turn comes, after the transaction under way.
      closing ??= db
        .connection()
        .execute(async () => {})
        .then(() => db.destroy())
        .finally(() => lock?.release())
      return closing
    },
  }
}

function connect(file: string, tried: string, guest = false): BetterSqlite.Database {
  const database = new BetterSqlite(file, { timeout: BUSY_TIMEOUT_MS, fileMustExist: guest })
  try {
    claimForSignpost(database, file, tried, guest)
    database.pragma('journal_mode = WAL')
    // FULL: a commit is on the disk before it is confirmed. The second is what that takes on macOS.
    database.pragma('synchronous = FULL')
    database.pragma('fullfsync = ON')
    database.pragma('foreign_keys = ON')
    database.pragma('trusted_schema = OFF')
    // What is deleted (addresses, mail texts) does not linger in free parts of pages.
    database.pragma('secure_delete = FAST')
    database.pragma('journal_size_limit = 67108864')
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** Marks an empty file as Signpost's; refuses one that is somebody else's before anything is written to it. */
function claimForSignpost(
  database: BetterSqlite.Database,
  file: string,
  tried: string,
  guest: boolean,
): void {
  const id = database.pragma('application_id', { simple: true })
  if (id === APPLICATION_ID) return
  const isEmpty = database.prepare('select 1 from sqlite_schema limit 1').get() === undefined
  if (id === 0 && isEmpty) {
    if (guest) throw databaseMissing(tried, `${file} is empty.`)
    database.pragma(`application_id = ${APPLICATION_ID}`)
    return
  }
  throw new StorageError('database-foreign', {
    tried,
    likelyCause: `${file} is a database of another program.`,
    fix: 'Set storage.path to a file that does not exist yet: Signpost creates it.',
  })
}

/** Readable by this user only, as it holds private keys. SQLite gives `-wal` and `-shm` the mode of the database. */
async function makePrivate(file: string): Promise<void> {
  try {
    const created = await open(file, 'wx', 0o600)
    await created.close()
    return
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
  }
  for (const path of [file, `${file}-wal`, `${file}-shm`]) {
    await chmod(path, 0o600).catch((error: unknown) => {
      if (errorCode(error) !== 'ENOENT') throw error
    })
  }
}

/**
 * Begins every transaction as a writing one. A transaction that starts by reading and is overtaken by another program's
 * write cannot wait for it and fails at once (SQLITE_BUSY_SNAPSHOT); this one waits its turn at the start.
 */
class ImmediateSqliteDialect extends SqliteDialect {
  readonly #database: BetterSqlite.Database

  constructor(database: BetterSqlite.Database) {
    super({ database })
    this.#database = database
  }

  override createDriver(): Driver {
    return new ImmediateSqliteDriver(this.#database)
  }
}

class ImmediateSqliteDriver extends SqliteDriver {
  readonly #database: BetterSqlite.Database

  constructor(database: BetterSqlite.Database) {
    super({ database })
    this.#database = database
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }

  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // A full disk rolls back by itself (https://sqlite.org/lang_transaction.html#response_to_errors_within_a_transaction);
    // a second ROLLBACK would fail and hide the reason.
    if (this.#database.inTransaction) await super.rollbackTransaction(connection)
  }
}
