import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A new empty directory, readable by this user only. It goes away at the end of the test run (see `temp-root.ts`). */
export async function createTempDir(label = 'test'): Promise<string> {
  return mkdtemp(join(tmpdir(), `${label}-`))
}

/** Removes a directory made by `createTempDir` before the end of the run, with all that is in it. */
export async function removeTempDir(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true })
}
