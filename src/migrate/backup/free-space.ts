import { sql } from 'kysely'
import { freeBytes, inMegabytes, RESERVE_BYTES } from '../../config/disk-space.ts'
import { explainSystemError, systemErrorCode, systemErrorFix } from '../../config/file-error.ts'
import { OperatorError } from '../../config/operator-error.ts'
import type { Storage } from '../../storage/storage.ts'
import type { OwnFile } from './own-files.ts'

/** A backup is smaller than what it holds, as it is compressed. Throws `backup-failed`. */
export async function requireSpace(
  storage: Storage,
  folder: string,
  files: readonly OwnFile[],
  file: string,
): Promise<void> {
  const free = await freeBytes(folder).catch((error: unknown) => {
    throw cannotWrite(file, error)
  })
  const needed = await bytesToUnpack(storage, files)
  if (free >= needed) return
  throw cannotWrite(
    file,
    `The disk may become full: ${inMegabytes(free)} are free, and up to ${inMegabytes(needed)} are needed.`,
    'Free some space on it, or choose a folder on another disk.',
  )
}

/** An upper bound for what lies in a backup, with the reserve. */
export async function bytesToUnpack(storage: Storage, files: readonly OwnFile[]): Promise<number> {
  return (await databaseBytes(storage)) + files.reduce((sum, { bytes }) => sum + bytes, RESERVE_BYTES)
}

/** Size of the database, what is free inside of it included. */
async function databaseBytes({ kind, db }: Storage): Promise<number> {
  const query =
    kind === 'postgres'
      ? sql<{ bytes: number }>`select pg_database_size(current_database()) as bytes`
      : sql<{
          bytes: number
        }>`select page_count * page_size as bytes from pragma_page_count, pragma_page_size`
  return (await query.execute(db)).rows[0]?.bytes ?? 0
}

/** An operator's error stays what it is, and so does a defect. */
export function cannotWrite(file: string, cause: unknown, fix?: string): unknown {
  const tried = `write the backup ${file}`
  if (typeof cause === 'string') {
    return new OperatorError('backup-failed', { tried, likelyCause: cause, fix: fix ?? '' })
  }
  if (cause instanceof OperatorError || systemErrorCode(cause) === undefined) return cause
  if (systemErrorCode(cause)?.startsWith('SQLITE') === true) return cause
  return new OperatorError('backup-failed', {
    tried,
    likelyCause: explainSystemError(cause, file),
    fix: systemErrorFix(cause, file, 'write'),
    cause,
  })
}
