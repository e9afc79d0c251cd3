import type { App } from 'electron'
import type { Host } from '../host.ts'
import { HIDDEN_FLAG } from '../options.ts'
import { autostartFile, setAutostart } from './xdg-autostart.ts'

/** Whether the system starts Signpost when the person logs in. */
export interface LoginItem {
  /** One after the other: the last word counts. */
  set(on: boolean): Promise<void>
}

export interface LoginItemOptions {
  readonly app: App
  readonly host: Pick<Host, 'platform' | 'env' | 'homeDir' | 'command'>
  readonly dataDir: string
}

export function createLoginItem({ app, host, dataDir }: LoginItemOptions): LoginItem {
  // An AppImage runs from a folder that is another one each time; the variable names the file itself.
  const [program, ...words] = host.command
  const path = host.env['APPIMAGE'] ?? program
  const args = [...words, '--data', dataDir, HIDDEN_FLAG]
  let last: Promise<unknown> = Promise.resolve()

  async function change(on: boolean): Promise<void> {
    // Electron has no login items on Linux.
    if (host.platform === 'linux') await setAutostart(autostartFile(host), on ? [path, ...args] : null)
    else app.setLoginItemSettings({ openAtLogin: on, path, args })
  }

  return {
    set(on) {
      const changed = last.then(() => change(on))
      last = changed.catch(() => undefined)
      return changed
    },
  }
}
