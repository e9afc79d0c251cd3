import type { App, Shell } from 'electron'
import type { ShellRequests } from './ipc/contract.ts'
import type { LoginItem } from './login/login-item.ts'
import type { MenuActions } from './menu/entries.ts'
import { pauseUntil } from './menu/pause-until.ts'
import type { LogFile } from './server/log-file.ts'
import type { Supervisor } from './server/supervisor.ts'
import type { SettingsStore } from './settings.ts'
import type { ViewStore } from './view-store.ts'
import type { MainWindow } from './window/main-window.ts'

export interface ActionOptions {
  readonly app: App
  readonly shell: Shell
  readonly window: MainWindow
  readonly server: Supervisor
  readonly settings: SettingsStore
  readonly loginItem: LoginItem
  readonly log: LogFile
  readonly view: ViewStore
  readonly now: () => number
}

/** Everything a person can do with the shell: menus call it, and pages call their part of it. */
export function createActions(options: ActionOptions): MenuActions & ShellRequests {
  const { app, window, server, settings, log, view } = options

  /** Nobody waits for the end of an action; why one failed stands in the log. */
  function inBackground(what: string, action: () => Promise<unknown>): void {
    action().catch((error: unknown) => log.note(`${what} failed: ${String(error)}`))
  }

  return {
    view: () => view.current(),
    open: () => window.open(),
    pauseFederation(choice) {
      server.send({
        type: 'pause-federation',
        until: choice === null ? null : pauseUntil(choice, options.now()),
      })
    },
    restartServer: () => inBackground('the restart', () => server.restart()),
    setStartAtLogin(on) {
      inBackground('the change of the login item', async () => {
        // At once, so that a second click means the opposite.
        view.change({ startAtLogin: on })
        try {
          await options.loginItem.set(on)
          await settings.change({ startAtLogin: on })
        } catch (error) {
          view.change({ startAtLogin: settings.current().startAtLogin })
          throw error
        }
      })
    },
    setNotification(kind, on) {
      const silenced = settings.current().silenced.filter((each) => each !== kind)
      const next = on ? silenced : [...silenced, kind]
      view.change({ silenced: next })
      inBackground('keeping the settings', () => settings.change({ silenced: next }))
    },
    resetPassword() {
      inBackground('setting a new password', async () => {
        const link = await server.link('reset-password')
        if (link === null) throw new Error('the server gave no link')
        window.openLink(link)
      })
    },
    showLog: () => options.shell.showItemInFolder(log.file),
    quit: () => app.quit(),
  }
}
