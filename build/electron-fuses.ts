import { flipFuses, FuseV1Options, FuseVersion } from '@electron/fuses'
import type { AfterPackContext } from 'electron-builder'
import { join } from 'node:path'
import { product } from './product.ts'

/** Every fuse by name: with a version of Electron that has another one, this does not compile until it is decided. */
type AllFuses = Readonly<Record<FuseV1Options, boolean>>

/** What the Electron of the packaged app can do (electronjs.org/docs/latest/tutorial/fuses). */
export const fuses: AllFuses = {
  // The server reads foreign SQLite files, checks its own, and tries restored backups in processes of their own, which
  // `child_process.fork` starts. They need this.
  [FuseV1Options.RunAsNode]: true,
  [FuseV1Options.EnableCookieEncryption]: true,
  // What comes from the environment of whoever starts the app stays out of it.
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
  [FuseV1Options.EnableNodeCliInspectArguments]: false,
  // Code that was changed on the disk does not run (macOS and Windows).
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
  [FuseV1Options.OnlyLoadAppFromAsar]: true,
  // There is no snapshot of our own.
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  // The shell's own pages load a script and a style sheet, and fetch nothing.
  [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
  // Faster bounds checks for the hash functions of the password checks, at the price of address space.
  [FuseV1Options.WasmTrapHandlers]: true,
}

/**
 * Sets all fuses of a packed app. electron-builder has an older list of its own, so it is passed by. An Electron with a fuse
 * that is not in the list is refused.
 */
export async function setFuses({ appOutDir, electronPlatformName }: AfterPackContext): Promise<void> {
  const program = join(appOutDir, programs[electronPlatformName] ?? product.desktopName)
  await flipFuses(program, { version: FuseVersion.V1, strictlyRequireAllFuses: true, ...fuses })
}

/** As electron-builder names the program; on Linux it has the name of the package. */
const programs: Readonly<Record<string, string>> = {
  win32: `${product.title}.exe`,
  darwin: `${product.title}.app`,
}
