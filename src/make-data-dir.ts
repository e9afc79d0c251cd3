import { mkdir } from 'node:fs/promises'
import { OperatorError } from './config/operator-error.ts'

/**
 * Creates the data directory, for its owner alone, unless it is there.
 * @throws OperatorError `data-dir-not-writable`.
 */
export async function makeDataDir(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new OperatorError('data-dir-not-writable', {
      tried: `create the data directory ${dataDir}`,
      likelyCause: 'The folder above it does not exist or belongs to another user.',
      fix: 'Choose another folder with --data DIR, or create this one and give it to the user that runs Signpost.',
      cause,
    })
  }
}
