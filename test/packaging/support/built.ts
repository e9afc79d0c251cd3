import { cp, mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { bundleElectron } from '../../../build/bundle-electron.ts'
import { run } from '../../support/child-process.ts'
import { withFileLock } from '../../support/file-lock.ts'
import { createTempDir } from '../../support/temp-dir.ts'

export const projectRoot = resolve(import.meta.dirname, '../../..')

/**
 * Everything that is built, in a folder of the caller's own: `dist/` may be anybody's. What did not change since the last
 * call, of whichever test, is not built again.
 */
export async function buildProduct(): Promise<string> {
  const shared = join(projectRoot, '.cache/packaging')
  await mkdir(shared, { recursive: true })
  const own = join(await createTempDir('dist'), 'dist')
  await withFileLock(join(shared, 'lock'), async () => {
    const dist = join(shared, 'dist')
    await run(process.execPath, [join(projectRoot, 'build/bundle.ts'), dist], { timeout: 300_000 })
    await bundleElectron(join(dist, 'electron'))
    await cp(dist, own, { recursive: true })
  })
  return own
}
