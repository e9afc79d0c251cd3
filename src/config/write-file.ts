import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

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
