import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { buildRenderer } from '../../../build/renderer/build-renderer.ts'
import { withFileLock } from '../../support/file-lock.ts'

const root = resolve(import.meta.dirname, '../../..')

/** The folder of the built console, built anew when its sources have changed; test files at the same time share it. */
export async function builtRenderer(): Promise<string> {
  const cache = join(root, '.cache')
  await mkdir(cache, { recursive: true })
  await withFileLock(join(cache, 'renderer.lock'), async () => void (await buildRenderer()))
  return join(root, 'dist/renderer')
}
