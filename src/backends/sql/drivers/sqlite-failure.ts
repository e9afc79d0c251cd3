import { explainSystemError, systemErrorFix } from '../../../config/file-error.ts'
import { BackendFailure } from '../../failure.ts'
import { codeOf } from './network-failure.ts'

/** What SQLite said in its process; `code` is the name of a result code, `SQLITE_CANTOPEN`. */
export class SqliteError extends Error {
  readonly code: string | null

  constructor(code: string | null, message: string) {
    super(message)
    this.name = 'SqliteError'
    this.code = code
  }
}

/** The process that had the file open is gone. */
export class SqliteProcessEnded extends Error {
  constructor() {
    super('the SQLite process ended')
    this.name = 'SqliteProcessEnded'
  }
}

/** Extended result codes begin with the name of their primary code ("Result and Error Codes"). */
export function explainSqlite(error: unknown, path: string): BackendFailure {
  if (error instanceof BackendFailure) return error
  if (error instanceof SqliteProcessEnded) {
    const fix = 'It is started again with the next question; see the log if it goes on.'
    return new BackendFailure('connect', 'The process that reads the SQLite file ended.', fix, error)
  }
  const code = codeOf(error)
  if (!(error instanceof SqliteError)) {
    return new BackendFailure(
      'connect',
      explainSystemError(error, path),
      systemErrorFix(error, path, 'read'),
      error,
    )
  }
  if (code === null || !code.startsWith('SQLITE_')) return refused('SQLite refuses a query', error)
  if (/^SQLITE_(NOTADB|CORRUPT)/.test(code)) {
    return new BackendFailure(
      'protocol',
      `${path} is damaged, or no SQLite database.`,
      'Correct connection.path.',
      error,
    )
  }
  if (/^SQLITE_(CANTOPEN|IOERR|PERM|AUTH|READONLY_(CANTINIT|DIRECTORY|RECOVERY))/.test(code)) {
    return new BackendFailure(
      'connect',
      `${path} cannot be opened (${code}).`,
      // A database in WAL mode cannot be read without its -shm file ("Write-Ahead Logging", read-only databases).
      'Let the user that runs Signpost read the file, its folder, and the files beside it that end in -wal and -shm.',
      error,
    )
  }
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) {
    return new BackendFailure(
      'timeout',
      `Another program keeps ${path} locked.`,
      'Have that program use WAL mode, in which readers do not wait for writers.',
      error,
    )
  }
  if (code.startsWith('SQLITE_READONLY')) {
    const fix = 'Signpost only reads: use a query that changes nothing.'
    return new BackendFailure('query', 'A query tries to write.', fix, error)
  }
  return refused(`SQLite refuses a query (${code})`, error)
}

/** SQLite has one code for unknown tables, unknown columns and bad syntax; its text names them and holds no values. */
function refused(what: string, error: SqliteError): BackendFailure {
  return new BackendFailure('query', `${what}: ${error.message}.`, 'Correct the query.', error)
}
