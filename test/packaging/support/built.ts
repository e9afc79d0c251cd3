import { join, resolve } from 'node:path'
import { run } from '../../support/child-process.ts'
import { createTempDir } from '../../support/temp-dir.ts'

export const projectRoot = resolve(import.meta.dirname, '../../..')

/** Bundles the server into a folder of its own: `dist/` may be anybody's. Returns that folder. */
export async function buildServer(): Promise<string> {
  const dist = join(await createTempDir('dist'), 'dist')
  await run(process.execPath, [join(projectRoot, 'build/bundle.ts'), dist], { timeout: 60_000 })
  return dist
}
