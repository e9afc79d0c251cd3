import { errorCode, StorageError } from './storage-error.ts'

/**
 * Turns what SQLite and the file system throw into the operator's error, when it is the operator's to mend; answers
 * anything else unchanged. Extended result codes start with the name of their primary code.
 */
export function explainSqliteFailure(error: unknown, tried: string, file: string): unknown {
  if (error instanceof StorageError) return error
  const code = errorCode(error)
  if (code === null) return error
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT') {
    return new StorageError('disk-full', {
      tried,
      likelyCause: `The disk that holds ${file} is full.`,
      fix: 'Free some space on it, then start Signpost again. Nothing that was confirmed is lost.',
      cause: error,
    })
  }
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) {
    return new StorageError('database-corrupt', {
      tried,
      likelyCause: `${file} is damaged, or is not a database at all.`,
      fix:
        'Keep a copy of the file, then restore the latest backup, or a file from the folder "snapshots" beside it. ' +
        'Have the disk checked: Signpost and SQLite do not damage their files.',
      cause: error,
    })
  }
  if (
    /^(SQLITE_READONLY|SQLITE_CANTOPEN|SQLITE_PERM|SQLITE_AUTH|EACCES$|EPERM$|EROFS$|ENOTDIR$)/.test(code)
  ) {
    return new StorageError('database-not-writable', {
      tried,
      likelyCause: `The user that runs Signpost may not write to ${file} or to its folder.`,
      fix: 'Make that user the owner of the folder and of the files in it, and mount the disk writable.',
      cause: error,
    })
  }
  if (code.startsWith('SQLITE_BUSY') || code === 'SQLITE_LOCKED') {
    return new StorageError('database-locked', {
      tried,
      likelyCause: `Another program has ${file} open and is writing to it.`,
      fix: 'Close that program (a database browser, a backup tool), then try again.',
      cause: error,
    })
  }
  return error
}
