import { cp, mkdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { run } from '../../../support/child-process.ts'
import { withFileLock } from '../../../support/file-lock.ts'

const root = resolve(import.meta.dirname, '../../../..')

export interface BuiltServer {
  /** Path of the built `main.js`, with the console beside it. */
  readonly main: string
  remove(): Promise<void>
}

/** The server as it is shipped, in a folder of the caller's own: another test may build anew meanwhile. */
export async function builtServer(): Promise<BuiltServer> {
  // Within the checkout, where the bundle finds the libraries that it loads at run time.
  const folder = join(root, '.cache/built-server')
  const own = join(folder, `of-${process.pid}`)
  await mkdir(folder, { recursive: true })
  await withFileLock(join(folder, 'lock'), async () => {
    await run(process.execPath, [join(root, 'build/bundle.ts'), join(folder, 'dist')], { timeout: 300_000 })
    await cp(join(folder, 'dist'), own, { recursive: true })
  })
  return { main: join(own, 'main.js'), remove: () => rm(own, { recursive: true, force: true }) }
}
