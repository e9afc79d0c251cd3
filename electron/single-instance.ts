import { mkdirSync } from 'node:fs'
import type { App } from 'electron'
import { linkIn } from './options.ts'

/**
 * One shell per data directory. The lock belongs to the user-data path, so that path is set first (Electron,
 * `app.requestSingleInstanceLock`). False: another shell runs and has been told; nothing else may be touched.
 */
export function takeLock(app: App, userDataDir: string): boolean {
  // `app.setPath` refuses a folder that is not there.
  mkdirSync(userDataDir, { recursive: true, mode: 0o700 })
  app.setPath('userData', userDataDir)
  return app.requestSingleInstanceLock()
}

/** Calls back when somebody starts the program once more, with the link that was clicked, if any. */
export function onSecondStart(app: App, open: (link: string | null) => void): void {
  app.on('second-instance', (_event, argv) => open(linkIn(argv)))
}
