import { join, resolve } from 'node:path'
import { _electron, type ElectronApplication } from 'playwright-core'
import { bundleElectron } from '../../../build/bundle-electron.ts'
import { electronRuntime } from '../../../build/start/runtime.ts'
import type { DesktopDriver, RunningApp, StartOptions } from './driver.ts'

/** What `record.cjs` keeps in the app's process. */
interface Recorded {
  readonly tooltip: string
  readonly images: readonly string[]
  readonly trayMenu: Electron.Menu | null
  readonly notifications: readonly { readonly title: string; readonly body: string }[]
  readonly opened: readonly string[]
  readonly questions: {
    readonly options: Electron.MessageBoxOptions
    readonly answer: (value: Electron.MessageBoxReturnValue) => void
  }[]
  readonly focused: number
}
declare const signpostRecord: Recorded

const root = resolve(import.meta.dirname, '../../..')

/** The same app on a real Electron, started as `npm start` does. `npm run build` has built the server. */
export async function createElectronDriver(): Promise<DesktopDriver> {
  const found = electronRuntime(process.env)
  if (found === null) throw new Error('the runtime of Electron is not installed')
  const runtime = found
  const main = resolve(root, 'dist/electron/main.js')
  await bundleElectron(resolve(root, 'dist/electron'))
  const running: RunningApp[] = []

  async function start({ dataDir, args = [], hasTray = true }: StartOptions): Promise<RunningApp> {
    const env: Record<string, string> = {
      SIGNPOST_NODE: process.execPath,
      XDG_CONFIG_HOME: join(dataDir, 'home', '.config'),
    }
    for (const [name, value] of Object.entries(process.env)) env[name] ??= value ?? ''
    // A session bus that is not there is one without a tray.
    if (!hasTray) env['DBUS_SESSION_BUS_ADDRESS'] = 'unix:path=/nowhere'
    const record = resolve(import.meta.dirname, 'record.cjs')
    const app = await _electron.launch({
      executablePath: runtime,
      args: ['--require', record, main, '--data', dataDir, ...args],
      env,
    })
    const one = appOn(app)
    running.push(one)
    return one
  }

  return {
    start,
    close: async () => void (await Promise.all(running.map((app) => app.quit().catch(() => undefined)))),
  }
}

function appOn(app: ElectronApplication): RunningApp {
  const ended = new Promise<void>((done) => app.once('close', () => done()))
  const menuClick = (where: 'tray' | 'window', labels: readonly string[]) =>
    app.evaluate(
      ({ Menu }, [from, wanted]) => {
        let menu = from === 'tray' ? signpostRecord.trayMenu : Menu.getApplicationMenu()
        let entry: Electron.MenuItem | undefined
        for (const label of wanted) {
          entry = menu?.items.find((each) => each.label === label || each.label.startsWith(`${label} (`))
          menu = entry?.submenu ?? null
        }
        if (entry?.enabled !== true) throw new Error(`${wanted.join(' > ')} cannot be clicked`)
        entry.click()
      },
      [where, labels] as const,
    )
  return {
    ended,
    tray: () =>
      app.evaluate(() => ({
        condition: signpostRecord.images.at(-1) ?? 'stopped',
        tooltip: signpostRecord.tooltip,
      })),
    // The first picture goes to the constructor, which cannot be watched.
    trayHistory: async () => ['stopped', ...(await app.evaluate(() => [...signpostRecord.images]))],
    chooseInTray: (...labels) => menuClick('tray', labels),
    chooseInMenu: (...labels) => menuClick('window', labels),
    menuLabels: () =>
      app.evaluate(({ Menu }) => {
        const labels = (menu: Electron.Menu | null | undefined): string[] =>
          menu?.items.flatMap((each) => [each.label, ...labels(each.submenu)]) ?? []
        return labels(Menu.getApplicationMenu())
      }),
    windows: async () => app.windows().map((page) => page.url()),
    async inPage<T>(expression: string) {
      const [page] = app.windows()
      if (page === undefined) throw new Error('no window is open')
      return (await page.evaluate(expression)) as T
    },
    closeWindow: () =>
      app.evaluate(({ BrowserWindow }) => {
        for (const window of BrowserWindow.getAllWindows()) window.close()
      }),
    focused: () => app.evaluate(() => signpostRecord.focused),
    questions: () =>
      app.evaluate(() =>
        signpostRecord.questions.map(
          ({ options: { message, detail = '', buttons = [], checkboxLabel = '' } }) => {
            return { message, detail, buttons, checkbox: checkboxLabel }
          },
        ),
      ),
    answer: (button, isChecked) =>
      app.evaluate(
        (_electronModule, [wanted, checked]) => {
          const question = signpostRecord.questions.shift()
          const response = question?.options.buttons?.indexOf(wanted) ?? -1
          const checkboxChecked = checked ?? question?.options.checkboxChecked ?? false
          question?.answer({ response, checkboxChecked })
        },
        [button, isChecked] as const,
      ),
    notifications: () => app.evaluate(() => [...signpostRecord.notifications]),
    opened: () => app.evaluate(() => [...signpostRecord.opened]),
    power: (event) => app.evaluate(({ powerMonitor }, name) => void powerMonitor.emit(name), event),
    clickLink: (link) =>
      app.evaluate(({ app: own }, url) => void own.emit('second-instance', {}, ['signpost', url]), link),
    async quit() {
      await app.evaluate(({ app: own }) => own.quit()).catch(() => undefined)
      await ended
    },
  }
}
