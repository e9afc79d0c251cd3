import { cpSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { projectRoot } from '../product.ts'

/*
 * better-sqlite3 is the one library outside the bundle: it loads a native file. The package carries that file for every
 * platform (Node-API, so the same one serves Node and Electron), beside ten megabytes of C that nobody needs at run time.
 */

export const addonName = 'better-sqlite3'

const source = resolve(projectRoot, 'node_modules', addonName)

/** Platforms as the package names its native files. */
export type AddonTarget =
  `${'linux' | 'darwin' | 'win32'}-${'x64' | 'arm64'}` | `linuxmusl-${'x64' | 'arm64'}`

/** The version that is installed, which is the one that was tested. */
export function addonVersion(): string {
  const { version } = JSON.parse(readFileSync(resolve(source, 'package.json'), 'utf8')) as { version: string }
  return version
}

/** Copies what runs, for these platforms only, into `node_modules` of `folder`. */
export function copyAddon(folder: string, targets: readonly AddonTarget[]): void {
  const goal = resolve(folder, 'node_modules', addonName)
  const prebuilds = targets.map((target) => `prebuilds/${target}.node`)
  for (const path of ['package.json', 'LICENSE', 'lib', ...prebuilds]) {
    cpSync(resolve(source, path), resolve(goal, path), { recursive: true })
  }
}
