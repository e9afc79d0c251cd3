import { link, mkdtemp, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { systemErrorCode } from './file-error.ts'

/** Writes a file that must not exist yet, readable by its owner alone, and waits until it is on the disk. */
export async function writeNewFile(path: string, content: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
}

/**
 * Makes a file unless there is one: it appears whole or not at all, also after a power cut, and of several processes
 * that try at once one succeeds. False when somebody else's file is there.
 */
export async function createFile(path: string, content: string): Promise<boolean> {
  const passing = await mkdtemp(`${path}.`)
  try {
    const whole = join(passing, 'new')
    await writeNewFile(whole, content)
    // Unlike `rename`, `link` fails where there is a file already.
    await link(whole, path)
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false
    throw error
  } finally {
    await rm(passing, { recursive: true, force: true })
  }
  await syncDirectory(dirname(path))
  return true
}

/** Replaces a file in one step: after a power cut either the old or the new content is there, never a part. */
export async function replaceFile(path: string, content: string): Promise<void> {
  const passing = `${path}.${process.pid}.new`
  await rm(passing, { force: true })
  try {
    await writeNewFile(passing, content)
    await rename(passing, path)
  } catch (error) {
    await rm(passing, { force: true })
    throw error
  }
  await syncDirectory(dirname(path))
}

/** Makes the names in a folder durable. Windows cannot open folders and needs no such step. */
export async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}
