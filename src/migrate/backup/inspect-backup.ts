import { damaged } from './errors.ts'
import type { BackupKey } from './file/key.ts'
import { endSchema, type End, type Head } from './file/records.ts'
import { openBackup, parseRecord } from './read-backup.ts'

/** What a backup holds. */
export interface BackupContents {
  /** Version of the program that wrote it. */
  readonly program: string
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  readonly domain: string
  readonly storage: 'sqlite' | 'postgres'
  /** The one that signs is the last. */
  readonly publicKeys: Head['publicKeys']
  readonly files: readonly { readonly path: string; readonly bytes: number }[]
  readonly tables: readonly { readonly name: string; readonly rows: number }[]
  /** Absolute paths in the settings; they may lead nowhere on this machine. */
  readonly paths: Head['paths']
}

/**
 * Reads a whole backup, which proves that it is undamaged, and says what is in it. Nothing is written. Throws
 * `OperatorError` as `openBackup` does.
 */
export async function inspectBackup(file: string, key: BackupKey): Promise<BackupContents> {
  const { head, records } = await openBackup(file, key)
  let end: End | null = null
  for await (const record of records) {
    if (record.kind === 'Z') end = parseRecord(endSchema, record, file)
  }
  if (end === null) throw damaged(file, 'Its end is missing.')
  const { program, createdAt, domain, storage, publicKeys, paths } = head
  return {
    ...{ program, createdAt, domain, storage, publicKeys, paths },
    files: end.files.map(({ path, bytes }) => ({ path, bytes })),
    tables: end.tables.map(({ name, rows }) => ({ name, rows })),
  }
}
