import { constants } from 'node:fs'
import { access, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { explainSystemError, systemErrorFix } from '../../config/file-error.ts'
import type { StepResult } from '../check.ts'
import { BackendFailure } from '../failure.ts'

/** "Read version" in the header of an SQLite file; 2 is WAL (SQLite file format, 1.3.3). */
const READ_VERSION = { offset: 19, wal: 2 } as const

/**
 * Whether this process may read an SQLite file and what belongs to it. In WAL mode, which Synapse sets, even a reader
 * needs the two files beside it, or the right to make them (SQLite, "Write-Ahead Logging", 5).
 */
export async function checkDatabaseFile(path: string): Promise<StepResult> {
  if (!(await isInWalMode(path))) return { detail: `${path} can be read.` }
  const besides = [`${path}-wal`, `${path}-shm`]
  for (const file of besides) {
    const problem = await accessProblem(file, constants.R_OK)
    if (problem === null) continue
    if (problem === 'missing' && (await accessProblem(dirname(path), constants.W_OK)) === null) continue
    throw new BackendFailure(
      'forbidden',
      problem === 'missing'
        ? `${file} is not there, and may not be made in ${dirname(path)}: SQLite needs it to read ${path}.`
        : `${file} may not be read: SQLite needs it to read ${path}.`,
      `Start Synapse, and let the user of Signpost read ${besides.join(' and ')}, for example through its group.`,
    )
  }
  return { detail: `${path} can be read, with the files of its write-ahead log.` }
}

async function isInWalMode(path: string): Promise<boolean> {
  try {
    const file = await open(path)
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(1), 0, 1, READ_VERSION.offset)
      return bytesRead === 1 && buffer[0] === READ_VERSION.wal
    } finally {
      await file.close()
    }
  } catch (cause) {
    const fix = systemErrorFix(cause, path, 'read')
    throw new BackendFailure('configuration', explainSystemError(cause, path), fix, cause)
  }
}

async function accessProblem(path: string, mode: number): Promise<'missing' | 'forbidden' | null> {
  try {
    await access(path, mode)
    return null
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'missing' : 'forbidden'
  }
}
