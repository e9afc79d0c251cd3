import { join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import { explainSqliteFailure } from './sqlite-failure.ts'
import { errorCode, StorageError } from './storage-error.ts'

export interface DataLock {
  release(): void
}

/**
 * Makes this process the only Signpost on `folder`, until `release()` or its death. Throws `database-locked`.
 *
 * `signpost.lock` is an empty SQLite database on which a write transaction stays open. That is the operating system's own
 * file lock, the same way on Linux, macOS and Windows: a killed process leaves nothing stale behind, and two containers
 * that share a folder see each other although their process ids mean nothing to one another. The database itself cannot
 * carry the lock, because index builds read it through connections of their own. POSIX drops a lock when its process closes
 * any descriptor of the file: nothing else may open `signpost.lock` (leave it out of backups).
 */
export function lockDataFolder(folder: string): DataLock {
  const file = join(folder, 'signpost.lock')
  const tried = `take possession of the folder ${folder}`
  let connection: BetterSqlite.Database | null = null
  try {
    connection = new BetterSqlite(file, { timeout: 0 })
    connection.exec('begin immediate')
    // The process id, for the message of whoever comes second: `user_version` is the one number that a file can carry.
    connection.pragma(`user_version = ${process.pid}`)
    connection.exec('commit')
    connection.exec('begin immediate')
    const held = connection
    return { release: () => held.close() }
  } catch (error) {
    const isTaken = errorCode(error)?.startsWith('SQLITE_BUSY') === true
    const holder = isTaken && connection !== null ? holderOf(connection) : null
    connection?.close()
    if (!isTaken) throw explainSqliteFailure(error, tried, file)
    throw new StorageError('database-locked', {
      tried,
      likelyCause: `Another Signpost${holder === null ? '' : ` (process ${holder})`} is using it.`,
      fix: 'Stop the other one (also look for a system service or a container), or give each a data directory of its own.',
      cause: error,
    })
  }
}

/** Null in the instant in which the holder writes its number: the lock excludes readers then. */
function holderOf(connection: BetterSqlite.Database): number | null {
  try {
    const pid: unknown = connection.pragma('user_version', { simple: true })
    return typeof pid === 'number' && pid > 0 ? pid : null
  } catch {
    return null
  }
}
