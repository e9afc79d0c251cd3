import { mkdir, readdir, rm } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { explainSystemError, systemErrorCode, systemErrorFix } from '../../../config/file-error.ts'
import { loadConfig } from '../../../config/load.ts'
import { OperatorError } from '../../../config/operator-error.ts'
import type { Config } from '../../../config/schema.ts'
import { syncDirectory } from '../../../config/write-file.ts'
import { consoleUrl } from '../../../console-url.ts'
import { makeDataDir } from '../../../make-data-dir.ts'
import type { Runtime } from '../../../runtime.ts'
import { lockDataFolder, type DataLock } from '../../../storage/data-lock.ts'
import { allMigrations } from '../../../storage/migrations/index.ts'
import { explainPostgresFailure } from '../../../storage/postgres-failure.ts'
import { explainSqliteFailure } from '../../../storage/sqlite-failure.ts'
import { openStorage, type Storage, type StorageOptions } from '../../../storage/storage.ts'
import type { BackupKey } from '../file/key.ts'
import type { NamedPath } from '../named-paths.ts'
import { openBackup, type OpenBackup } from '../read-backup.ts'
import { describeTables } from '../tables/describe-tables.ts'
import { countRows } from '../tables/read-rows.ts'
import { missingPaths, settleSettings, type Into, type RestoredSettings } from './restored-settings.ts'
import { decideSwap, places, readJournal, swap } from './swap.ts'
import { unpack, type UnpackProgress } from './unpack.ts'

export interface RestoreOptions {
  readonly file: string
  readonly key: BackupKey
  readonly dataDir: string
  readonly runtime: Runtime
  readonly env: Readonly<Record<string, string | undefined>>
  readonly into?: Into
  /**
   * `now` needs the data directory for itself. A server that runs on it restores for its own next start: until then it
   * goes on with what it has.
   */
  readonly when: 'now' | 'atNextStart'
}

export type RestoreProgress = UnpackProgress | { readonly step: 'decided' | 'swap' }

export interface Restored {
  readonly domain: string
  /** Milliseconds since the epoch: the state of the data. */
  readonly createdAt: number
  readonly rows: number
  readonly files: number
  /** Where the former state is kept; null when there was none, or for a restore at the next start. */
  readonly former: string | null
  /** Where the console will be, as the restored settings say. */
  readonly consoleUrl: string
  /** What was changed in `signpost.yaml`, one sentence each. */
  readonly changes: readonly string[]
  /** Paths in the settings that lead nowhere here. */
  readonly missingPaths: readonly NamedPath[]
}

/**
 * Puts a backup in the place of all that lies in the data directory; what was there is kept in `replaced/`. Everything is
 * unpacked beside it and compared first; then the two change places, and a crash on the way is put right at the next
 * start. Throws `OperatorError`; then nothing has changed.
 */
export async function restoreBackup(
  options: RestoreOptions,
  report: (progress: RestoreProgress) => void = () => {},
): Promise<Restored> {
  const { file, key, dataDir } = options
  // A wrong password or a foreign file is refused before anything is made.
  const backup = await openBackup(file, key)
  const locks: DataLock[] = []
  const { work } = places(dataDir)
  try {
    await makeDataDir(dataDir)
    await mkdir(work, { recursive: true, mode: 0o700 })
    locks.push(lockDataFolder(work))
    if (options.when === 'now') locks.push(lockDataFolder(dataDir))
    if ((await readJournal(dataDir)) !== null) throw anotherDecided()
    return await restoreLocked(options, backup, report)
  } catch (error) {
    throw explain(error, dataDir)
  } finally {
    await backup.records.return(undefined)
    for (const lock of locks.toReversed()) lock.release()
    if (locks.length > 0) await removeWork(dataDir)
  }
}

async function restoreLocked(
  options: RestoreOptions,
  backup: OpenBackup,
  report: (progress: RestoreProgress) => void,
): Promise<Restored> {
  const { file, dataDir, runtime, env, into } = options
  const { fresh, former: leftover } = places(dataDir)
  for (const folder of [fresh, leftover]) await rm(folder, { recursive: true, force: true })
  await mkdir(fresh, { mode: 0o700 })
  let settings: RestoredSettings | null = null
  const end = await unpack({
    ...{ file, backup, folder: fresh, report },
    openStorage: async ({ schema }) => {
      settings = await settleSettings(fresh, into, env, runtime)
      return await openEmpty(settings.storage, schema, runtime)
    },
  })
  const { config, storage, changes } = settled(settings)
  if (storage.type === 'sqlite') await rm(join(dirname(storage.file), 'signpost.lock'), { force: true })
  await syncFolders(fresh)
  const { head } = backup
  const missing = await missingPaths(head.paths, dataDir, fresh)
  const stamp = new Date(runtime.clock.now()).toISOString().replaceAll(':', '-')
  await decideSwap(dataDir, stamp, await backupFolders(dataDir, config))
  report({ step: 'decided' })
  const swapped = options.when === 'now' ? await swap(dataDir, () => report({ step: 'swap' })) : null
  if (swapped?.error) throw cannotSwap(dataDir, swapped.error)
  return {
    domain: head.domain,
    createdAt: head.createdAt,
    rows: end.tables.reduce((sum, { rows }) => sum + rows, 0),
    files: end.files.length,
    former: swapped?.former ?? null,
    consoleUrl: consoleUrl(config, config.admin.listen.port),
    changes,
    missingPaths: missing,
  }
}

/** Backups stay where they are, by the former settings and by the restored ones. */
async function backupFolders(dataDir: string, restored: Config): Promise<readonly string[]> {
  const former = await loadConfig(dataDir).catch(() => null)
  const folders = [restored.backup.folder, former?.config.backup.folder ?? restored.backup.folder]
  return folders.flatMap((folder) => relative(dataDir, resolve(dataDir, folder)).split(sep)[0] ?? [])
}

function settled(settings: RestoredSettings | null): RestoredSettings {
  if (settings === null) throw new TypeError('unpacking ended before it had opened a database')
  return settings
}

/** A database with the schema that the backup had; upgrades come at the next start, with a snapshot as always. */
export async function openEmpty(options: StorageOptions, schema: number, runtime: Runtime): Promise<Storage> {
  const migrations = allMigrations.filter(({ number }) => number <= schema)
  const storage = await openStorage({ ...options, migrations }, runtime)
  try {
    const tables = (await describeTables(storage.db)).filter(({ name }) => name !== 'meta')
    if ((await countRows(storage.db, tables)) === 0) return storage
    throw new OperatorError('restore-refused', {
      tried: 'restore into the database that the settings name',
      likelyCause: 'It is not empty, and a restore replaces nothing in a database server.',
      fix: 'Create an empty database and name it: signpost restore FILE --into postgres --postgres-url URL',
    })
  } catch (error) {
    await storage.close()
    throw error
  }
}

async function syncFolders(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await syncFolders(join(folder, entry.name))
  }
  await syncDirectory(folder)
}

/**
 * Ends what a crash has interrupted, or a server has left for its next start: a restore that was decided is carried out,
 * one that was not is forgotten. Call it before anything is read from the data directory. True when the data directory
 * is another one now. Throws `OperatorError`.
 */
export async function finishRestore(dataDir: string): Promise<boolean> {
  const { work } = places(dataDir)
  const locks: DataLock[] = []
  try {
    if (!(await readdir(work).catch(() => null))) return false
    locks.push(lockDataFolder(work))
    const decided = await readJournal(dataDir)
    if (decided !== null) {
      locks.push(lockDataFolder(dataDir))
      const { error } = await swap(dataDir)
      if (error !== null) throw cannotSwap(dataDir, error)
    }
    return decided !== null
  } catch (error) {
    // Somebody is at work here: the state is whole until they are done.
    if (error instanceof OperatorError && error.code === 'database-locked') return false
    throw error
  } finally {
    for (const lock of locks.toReversed()) lock.release()
    if (locks.length > 0) await removeWork(dataDir)
  }
}

/** Whether a restore waits for the next start. */
export async function restoreWaits(dataDir: string): Promise<boolean> {
  return (await readJournal(dataDir)) !== null
}

/** Forgets a restore that waits for the next start. Throws `OperatorError` while somebody works on one. */
export async function forgetRestore(dataDir: string): Promise<void> {
  const { work, journal } = places(dataDir)
  if (!(await restoreWaits(dataDir))) return
  const lock = lockDataFolder(work)
  try {
    // The journal first: without it, what else lies there is only left over.
    await rm(journal, { force: true })
    await syncDirectory(work)
  } finally {
    lock.release()
  }
  await removeWork(dataDir)
}

/** Without a journal, nothing that lies there is needed. */
async function removeWork(dataDir: string): Promise<void> {
  if ((await readJournal(dataDir)) !== null) return
  await rm(places(dataDir).work, { recursive: true, force: true })
}

const tried = (dataDir: string) => `restore a backup to ${dataDir}`

const anotherDecided = () =>
  new OperatorError('restore-refused', {
    tried: 'restore a backup',
    likelyCause: 'Another restore waits for the next start of Signpost.',
    fix: 'Restart Signpost first.',
  })

function cannotSwap(dataDir: string, cause: unknown): OperatorError {
  return new OperatorError('restore-refused', {
    tried: tried(dataDir),
    likelyCause: `An entry of the folder cannot be moved: ${explainSystemError(cause, 'it')} Everything is as it was.`,
    fix: 'Restore to a new folder (--data DIR) and have Signpost use that one; a file or folder that is mounted by itself stays where it is.',
    cause,
  })
}

function explain(error: unknown, dataDir: string): unknown {
  const code = systemErrorCode(error)
  if (error instanceof OperatorError || code === undefined) return error
  if (code.startsWith('SQLITE_') || code === 'ENOSPC')
    return explainSqliteFailure(error, tried(dataDir), dataDir)
  if (!/^E[A-Z]+$/.test(code)) return explainPostgresFailure(error, 'migrate')
  return new OperatorError('restore-refused', {
    tried: tried(dataDir),
    likelyCause: `${explainSystemError(error, dataDir)} Nothing was changed.`,
    fix: systemErrorFix(error, dataDir, 'write'),
    cause: error,
  })
}
