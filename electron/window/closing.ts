import type { BrowserWindow } from 'electron'
import type { ElectronApi } from '../electron-api.ts'
import type { SettingsStore } from '../settings.ts'

export interface ClosingOptions {
  readonly dialog: ElectronApi['dialog']
  readonly settings: SettingsStore
  readonly hasTray: boolean
  readonly isQuitting: () => boolean
  readonly setStartAtLogin: (on: boolean) => void
  readonly quit: () => void
}

/**
 * Decides whether the window may close. The first time, the person hears that the server goes on, and can quit instead;
 * there, and nowhere else, Signpost asks whether it may start at login.
 */
export function createClosing(options: ClosingOptions): (window: BrowserWindow) => boolean {
  const { dialog, settings } = options
  let isAsking = false

  async function explain(window: BrowserWindow): Promise<void> {
    const { response, checkboxChecked } = await dialog.showMessageBox(window, {
      type: 'info',
      message: 'Signpost keeps answering without its window.',
      detail: options.hasTray
        ? 'You find it in the tray: open the window, pause federation, or quit there.'
        : 'Start Signpost once more to see the window again; to quit, use its menu. This system shows no tray icons.',
      buttons: ['Keep running', 'Quit Signpost', 'Cancel'],
      defaultId: 0,
      cancelId: 2,
      checkboxLabel: 'Start Signpost when I log in',
      checkboxChecked: settings.current().startAtLogin,
    })
    if (response === 2) return
    if (checkboxChecked !== settings.current().startAtLogin) options.setStartAtLogin(checkboxChecked)
    if (response === 1) return options.quit()
    await settings.change({ isCloseExplained: true })
    if (!window.isDestroyed()) window.close()
  }

  return (window) => {
    if (options.isQuitting() || settings.current().isCloseExplained) return true
    if (!isAsking) {
      isAsking = true
      explain(window)
        .catch(() => undefined)
        .finally(() => {
          isAsking = false
        })
    }
    return false
  }
}
