import { join, resolve } from 'node:path'
import { chromium, type Browser } from 'playwright-core'
import { bundleElectron } from '../../../build/bundle-electron.ts'
import type { Host } from '../../../electron/host.ts'
import { startShell, type ShellPace } from '../../../electron/main.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import type { Locks } from '../stand-in/app.ts'
import type { StandInWindow } from '../stand-in/browser-window.ts'
import { createStandIn, type StandIn } from '../stand-in/electron.ts'
import type { Keychain } from '../stand-in/safe-storage.ts'
import { chromiumPath } from './chromium.ts'
import type { DesktopDriver, RunningApp, StartOptions } from './driver.ts'

export interface StandInStart extends StartOptions {
  /** Default: a keychain that stays the same for this driver. */
  readonly keychain?: Keychain
  /** Changes to the machine. */
  readonly host?: Partial<Host>
  readonly pace?: ShellPace
}

export interface StandInApp extends RunningApp {
  readonly standIn: StandIn
  readonly host: Host
  window(): StandInWindow
}

export interface StandInDriver extends DesktopDriver {
  readonly browser: Browser
  start(options: StandInStart): Promise<StandInApp>
}

export const serverEntry = resolve(import.meta.dirname, '../../../src/main.ts')

/** The real shell in this process, on the stand-in of Electron. Its windows are real, and so is the server. */
export async function createStandInDriver(): Promise<StandInDriver> {
  const bundle = await createTempDir('electron-bundle')
  await bundleElectron(bundle)
  const browser = await chromium.launch({
    executablePath: chromiumPath(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
  const locks: Locks = new Map()
  const keychain: Keychain = { backend: 'gnome_libsecret', secret: 'of this user' }
  const running: StandInApp[] = []

  async function start(options: StandInStart): Promise<StandInApp> {
    const { dataDir, args = [], hasTray = true, pace = {} } = options
    const argv = ['--data', dataDir, ...args]
    const standIn = createStandIn({ browser, locks, keychain: options.keychain ?? keychain, argv })
    const homeDir = join(dataDir, 'home')
    const host: Host = {
      platform: 'linux',
      argv,
      env: withoutOwn(process.env),
      homeDir,
      command: ['/opt/Signpost/signpost'],
      version: '1.2.3',
      files: {
        programDir: bundle,
        preload: join(bundle, 'preload.cjs'),
        pagesDir: join(bundle, 'pages'),
        iconsDir: join(bundle, 'icons'),
        serverEntry,
      },
      server: 'node',
      nodePath: process.execPath,
      now: () => Date.now(),
      run: async () => `   boolean ${hasTray}\n`,
      loadUpdater: null,
      hasUpdateFeed: false,
      ...options.host,
    }
    await startShell(standIn.electron, host, pace)
    const app = appOn(standIn, host)
    running.push(app)
    return app
  }

  return {
    browser,
    start,
    async close() {
      await Promise.all(running.map((app) => app.quit()))
      await browser.close()
    },
  }
}

function appOn(standIn: StandIn, host: Host): StandInApp {
  const { app, windows, trays, menus, dialog, notifications, opened } = standIn
  const tray = () => {
    const [only] = trays
    if (only === undefined) throw new Error('there is no tray icon')
    return only
  }
  const window = () => {
    const [only, second] = windows
    if (only === undefined || second !== undefined) throw new Error(`${windows.size} windows are open`)
    return only
  }
  const questions: typeof dialog.asked = []
  return {
    standIn,
    host,
    window,
    ended: app.ended,
    tray: async () => ({ condition: tray().image.condition, tooltip: tray().tooltip }),
    trayHistory: async () => tray().images.map(({ condition }) => condition),
    chooseInTray: async (...labels) => tray().menu?.click(...labels),
    chooseInMenu: async (...labels) => menus.application?.click(...labels),
    menuLabels: async () => menus.application?.labels() ?? [],
    windows: async () => await Promise.all([...windows].map(async (each) => (await each.page()).url())),
    inPage: async <T>(expression: string) => (await (await window().page()).evaluate(expression)) as T,
    async closeWindow() {
      const closing = window()
      closing.close()
      await closing.gone
    },
    focused: async () => [...windows].flatMap(({ calls }) => calls).filter((call) => call === 'focus').length,
    questions: async () =>
      dialog.asked
        .filter((each) => !questions.includes(each))
        .map(({ options: { message, detail = '', buttons = [], checkboxLabel = '' } }) => {
          return { message, detail, buttons, checkbox: checkboxLabel }
        }),
    async answer(button, isChecked) {
      const question = dialog.asked.find((each) => !questions.includes(each))
      if (question === undefined) throw new Error('nothing was asked')
      questions.push(question)
      question.answer(button, isChecked)
    },
    notifications: async () => notifications.map(({ title, body }) => ({ title, body })),
    opened: async () => opened,
    power: async (event) => void standIn.powerMonitor.emit(event),
    clickLink: async (link) => void app.emit('second-instance', {}, ['signpost', link]),
    async quit() {
      app.quit()
      await app.ended
      await Promise.all(standIn.closing)
    },
  }
}

/** The variables of this process but for those that would lead the shell or the server elsewhere. */
function withoutOwn(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const {
    SIGNPOST_DATA: _data,
    NODE_OPTIONS: _options,
    XDG_CONFIG_HOME: _config,
    APPIMAGE: _image,
    ...rest
  } = env
  return rest
}
