import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { explainSystemError, systemErrorCode } from '../../config/file-error.ts'
import { backupEnding } from '../../migrate/backup/own-files.ts'
import { timeOfDaily } from '../../migrate/backup/retention.ts'

export interface ListedBackup {
  readonly name: string
  readonly bytes: number
  /** When it was last written; milliseconds since the epoch. */
  readonly at: number
  readonly isDaily: boolean
}

export interface BackupFolder {
  /** The newest first. */
  readonly files: readonly ListedBackup[]
  /** Why it cannot be read, as a sentence; null when it can, or is not there yet. */
  readonly problem: string | null
}

/** The backups in a folder, whoever made them. */
export async function listBackups(folder: string): Promise<BackupFolder> {
  try {
    const names = (await readdir(folder)).filter((name) => name.endsWith(backupEnding))
    const files = await Promise.all(names.map((name) => describe(folder, name)))
    return { files: files.flatMap((file) => file ?? []).toSorted((a, b) => b.at - a.at), problem: null }
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error
    const isNew = systemErrorCode(error) === 'ENOENT'
    return { files: [], problem: isNew ? null : explainSystemError(error, folder) }
  }
}

/** Null for what is no file, or is gone meanwhile. */
async function describe(folder: string, name: string): Promise<ListedBackup | null> {
  const seen = await stat(join(folder, name)).catch(() => null)
  if (seen === null || !seen.isFile()) return null
  const daily = timeOfDaily(name)
  return { name, bytes: seen.size, at: daily ?? Math.round(seen.mtimeMs), isDaily: daily !== null }
}
