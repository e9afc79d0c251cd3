import { EventEmitter } from 'node:events'
import type { Display } from 'electron'
import type { Browser } from 'playwright-core'
import type { ElectronApi } from '../../../electron/electron-api.ts'
import { StandInApp, type Locks } from './app.ts'
import { StandInWindow } from './browser-window.ts'
import { StandInDialog } from './dialog.ts'
import { IpcHandlers } from './ipc-main.ts'
import { StandInMenu } from './menu.ts'
import { StandInImage } from './native-image.ts'
import { createSafeStorage, type Keychain } from './safe-storage.ts'
import { StandInTray } from './tray.ts'
import { StandInUtilityProcess } from './utility-process.ts'

export interface StandInOptions {
  readonly browser: Browser
  /** Shared by the processes of one machine. */
  readonly locks: Locks
  readonly keychain: Keychain
  readonly argv: readonly string[]
}

export interface ShownNotification {
  readonly title: string
  readonly body: string
  click(): void
}

type PermissionHandler = (...args: readonly unknown[]) => unknown

/** Electron as the shell sees it, and what a test can look at and do. */
export function createStandIn({ browser, locks, keychain, argv }: StandInOptions) {
  const app = new StandInApp(locks, argv)
  const handlers = new IpcHandlers()
  const windows = new Set<StandInWindow>()
  const trays: StandInTray[] = []
  const notifications: ShownNotification[] = []
  const opened: string[] = []
  const permissions = new Map<string, PermissionHandler>()
  const dialog = new StandInDialog()
  const powerMonitor = new EventEmitter()
  const screen = { x: 0, y: 0, width: 1920, height: 1080 }
  const menus: { application: StandInMenu | null } = { application: null }
  const closing: Promise<void>[] = []
  const world = { browser, handlers, windows, closing, allClosed: () => app.emit('window-all-closed') }
  app.closeWindows = () => {
    for (const window of windows) window.close()
    return windows.size === 0
  }

  class BrowserWindow extends StandInWindow {
    constructor(options: ConstructorParameters<typeof StandInWindow>[1]) {
      super(world, options)
    }
  }
  class Tray extends StandInTray {
    constructor(image: StandInImage) {
      super(image)
      trays.push(this)
    }
  }
  class Notification extends EventEmitter {
    readonly #texts: { readonly title: string; readonly body: string }
    static isSupported = () => true
    constructor(texts: { readonly title: string; readonly body: string }) {
      super()
      this.#texts = texts
    }
    show() {
      notifications.push({ ...this.#texts, click: () => void this.emit('click') })
    }
  }

  const api = {
    app,
    BrowserWindow,
    dialog,
    ipcMain: handlers,
    Menu: {
      buildFromTemplate: (template: ConstructorParameters<typeof StandInMenu>[0]) =>
        new StandInMenu(template),
      setApplicationMenu: (menu: StandInMenu) => {
        menus.application = menu
      },
    },
    nativeImage: { createFromPath: (file: string) => new StandInImage(file) },
    Notification,
    powerMonitor,
    safeStorage: createSafeStorage(keychain),
    screen: { getAllDisplays: () => [{ workArea: screen } as Display] },
    session: {
      defaultSession: {
        setPermissionRequestHandler: (handler: PermissionHandler) => permissions.set('request', handler),
        setPermissionCheckHandler: (handler: PermissionHandler) => permissions.set('check', handler),
        setDevicePermissionHandler: (handler: PermissionHandler) => permissions.set('device', handler),
      },
    },
    shell: {
      openExternal: async (url: string) => void opened.push(url),
      showItemInFolder: (file: string) => void opened.push(file),
    },
    Tray,
    utilityProcess: StandInUtilityProcess,
  }
  // The used part of each module; what the shell calls beyond it fails at once, in whichever test calls it.
  const electron = api as unknown as ElectronApi
  return {
    electron,
    app,
    handlers,
    windows,
    closing,
    trays,
    notifications,
    opened,
    permissions,
    dialog,
    powerMonitor,
    menus,
  }
}

export type StandIn = ReturnType<typeof createStandIn>
