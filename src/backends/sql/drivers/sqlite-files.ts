import { constants } from 'node:fs'
import { access, open, realpath, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { explainSystemError, systemErrorCode, systemErrorFix } from '../../../config/file-error.ts'
import { BackendFailure } from '../../failure.ts'

/** An SQLite database of another program, as the system knows it. */
export interface SqliteFiles {
  /** Without symbolic links, as SQLite takes it. */
  readonly path: string
  readonly folder: string
  /** The files of its write-ahead log, which even a reader needs; none when the database is not in WAL mode. */
  readonly log: readonly LogFile[]
  /** Whether what SQLite makes for us belongs to another user than the database. */
  readonly isForeign: boolean
  readonly mayWriteFolder: boolean
}

export interface LogFile {
  readonly file: string
  readonly state: Access
  /** True when it is our user's, and no program that writes into the database can have made it. */
  readonly isLeftover: boolean
}

type Access = 'allowed' | 'missing' | 'forbidden'

/** "Read version" in the header of an SQLite file; 2 is WAL (SQLite file format, 1.3.3). */
const READ_VERSION = { offset: 19, wal: 2 } as const

/** Throws `BackendFailure` when the database is not there or may not be read. */
export async function inspectFiles(path: string): Promise<SqliteFiles> {
  try {
    const real = await realpath(path)
    const { uid: owner } = await stat(real)
    const user = process.geteuid?.() ?? owner
    // What root makes, SQLite gives to the owner of the database (os_unix.c, robustFchown).
    const isForeign = user !== owner && user !== 0
    const isReaderOnly = isForeign && (await accessTo(real, constants.W_OK)) !== 'allowed'
    const names = (await isInWalMode(real)) ? [`${real}-wal`, `${real}-shm`] : []
    const log: LogFile[] = []
    for (const file of names) {
      const state = await accessTo(file, constants.R_OK)
      log.push({ file, state, isLeftover: isReaderOnly && (await ownerOf(file)) === user })
    }
    const folder = dirname(real)
    const mayWriteFolder = (await accessTo(folder, constants.W_OK)) === 'allowed'
    return { path: real, folder, log, isForeign, mayWriteFolder }
  } catch (cause) {
    const fix = systemErrorFix(cause, path, 'read')
    throw new BackendFailure('connect', explainSystemError(cause, path), fix, cause)
  }
}

/**
 * Why the database is not to be opened; null when it may be. In WAL mode SQLite makes the files of the log where they
 * are missing, for a reader too ("Write-Ahead Logging", 5). Made as a user who is not its own, they would keep the
 * program that the database belongs to from opening it (SQLITE_CANTOPEN).
 */
export function whyNotOpen(files: SqliteFiles): BackendFailure | null {
  const { path, folder, log, isForeign, mayWriteFolder } = files
  const forbidden = log.find(({ state }) => state === 'forbidden')
  if (forbidden !== undefined) {
    return new BackendFailure(
      'forbidden',
      `${forbidden.file} may not be read: SQLite needs it to read ${path}.`,
      `Let the user of Signpost read ${namesOf(log)}, for example through its group.`,
    )
  }
  const missing = log.find(({ state }) => state === 'missing')
  if (missing === undefined || (!isForeign && mayWriteFolder)) return null
  if (!mayWriteFolder) {
    return new BackendFailure(
      'connect',
      `${missing.file} is not there, and may not be made in ${folder}: SQLite needs it to read ${path}.`,
      startProgram,
    )
  }
  return new BackendFailure(
    'connect',
    `${missing.file} is not there. Signpost does not make it: it would keep the program that owns ${path} out.`,
    `${startProgram} ${lessRights(folder)}`,
  )
}

const startProgram =
  'Start the program that the database belongs to; one that seldom runs should leave WAL mode (PRAGMA journal_mode = DELETE).'

/** For a user who could make the files of the log. */
export const lessRights = (folder: string) =>
  `Take the right to write into ${folder} away from the user of Signpost, or run both as one user.`

export const namesOf = (log: readonly LogFile[]) => log.map(({ file }) => file).join(' and ')

async function isInWalMode(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(1), 0, 1, READ_VERSION.offset)
    return bytesRead === 1 && buffer[0] === READ_VERSION.wal
  } finally {
    await file.close()
  }
}

async function accessTo(path: string, right: number): Promise<Access> {
  try {
    await access(path, right)
    return 'allowed'
  } catch (error) {
    return systemErrorCode(error) === 'ENOENT' ? 'missing' : 'forbidden'
  }
}

/** Null for a file that is not there: its program may come and go meanwhile. */
async function ownerOf(file: string): Promise<number | null> {
  try {
    return (await stat(file)).uid
  } catch {
    return null
  }
}
