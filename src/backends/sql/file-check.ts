import type { CheckWork, StepResult } from '../check.ts'
import { BackendFailure } from '../failure.ts'
import { orAborted } from './drivers/or-aborted.ts'
import { inspectFiles, lessRights, namesOf, whyNotOpen } from './drivers/sqlite-files.ts'

/** Whether an SQLite file may be read, with what belongs to it, and no harm be done to the program that writes it. */
export function fileCheck(path: string, signal: AbortSignal): CheckWork {
  return ['file', () => checkFile(path, signal)]
}

async function checkFile(path: string, signal: AbortSignal): Promise<StepResult> {
  const files = await orAborted(inspectFiles(path), signal)
  const { log, isForeign, mayWriteFolder, folder } = files
  const leftover = log.find(({ isLeftover }) => isLeftover)
  if (leftover !== undefined) {
    throw new BackendFailure(
      'forbidden',
      `${leftover.file} belongs to the user of Signpost, so that its own program cannot open ${files.path}.`,
      `${lessRights(folder)} Then give ${namesOf(log)} to the owner of the database (chown).`,
    )
  }
  const problem = whyNotOpen(files)
  if (problem !== null) throw problem
  if (log.length === 0) return { detail: `${files.path} can be read.` }
  const detail = `${files.path} can be read, with the files of its write-ahead log.`
  if (!isForeign || !mayWriteFolder) return { detail }
  return {
    outcome: 'warning',
    detail: `${detail} Who may write into ${folder} could make these files and keep their own program out.`,
    fix: lessRights(folder),
  }
}
