import type { BrowserWindow, WebContents } from 'electron'
import type { ElectronApi } from '../electron-api.ts'
import type { Host } from '../host.ts'
import { viewChannel, type ShellView } from '../ipc/contract.ts'
import type { Supervisor } from '../server/supervisor.ts'
import type { SettingsStore } from '../settings.ts'
import { lockNavigation } from './lock-down.ts'
import type { OwnPages } from './own-pages.ts'
import { windowOptions } from './window-options.ts'

/** The one window. Closing it ends its renderer; the next `open` makes a new one. */
export interface MainWindow {
  /** Shows the window; with `path`, that page of the console. */
  open(path?: string): void
  /** Loads a link into the console that was made for the person at this machine. */
  openLink(link: string): void
  isOpen(): boolean
  /** The server has come, gone, or moved: the window shows what fits. */
  serverChanged(): void
  /** Tells the page. */
  viewChanged(view: ShellView): void
}

export interface MainWindowOptions {
  readonly electron: Pick<ElectronApi, 'BrowserWindow' | 'screen' | 'shell'>
  readonly host: Pick<Host, 'files'>
  readonly settings: SettingsStore
  readonly server: Pick<Supervisor, 'state' | 'link'>
  readonly pages: OwnPages
  /** The person wants to close the window. False keeps it open. */
  readonly mayClose: (window: BrowserWindow) => boolean
}

export function createMainWindow(options: MainWindowOptions): MainWindow {
  const { electron, settings, server, pages } = options
  let window: BrowserWindow | null = null
  /** The console's address that the window shows, or the file. */
  let shown: string | null = null
  let wantedPath: string | null = null
  /** What a new window begins with; null once its first page is there. */
  let zoom: number | null = null
  let turn = 0

  function create(): BrowserWindow {
    const areas = electron.screen.getAllDisplays().map(({ workArea }) => workArea)
    const saved = settings.current().window
    const made = new electron.BrowserWindow(windowOptions(options.host.files, saved, areas))
    lockNavigation(
      made.webContents,
      pages.isOwn,
      (url) => void electron.shell.openExternal(url).catch(() => {}),
    )
    made.once('ready-to-show', () => {
      if (saved?.isMaximized === true) made.maximize()
      made.show()
    })
    zoom = saved?.zoom ?? 1
    made.on('close', (event) => {
      if (options.mayClose(made)) void settings.change({ window: stateOf(made) })
      else event.preventDefault()
    })
    made.on('closed', () => {
      window = null
      shown = null
      turn++
    })
    return made
  }

  async function load(into: BrowserWindow, target: { readonly url: string } | { readonly file: string }) {
    // Zoom belongs to an origin: the shell's pages and the console would each have their own.
    const factor = zoom ?? into.webContents.getZoomFactor()
    const loading = 'url' in target ? into.loadURL(target.url) : into.loadFile(target.file)
    // A page that was replaced while it loaded, or a server that has just gone: the next change shows what fits.
    await loading.catch(() => undefined)
    if (into.isDestroyed()) return
    into.webContents.setZoomFactor(factor)
    zoom = null
  }

  /** A link signs in; what the person wanted to see comes after it. */
  async function showConsole(into: BrowserWindow, consoleAddress: string): Promise<void> {
    const mine = ++turn
    shown = consoleAddress
    const link = await server.link('one-time-link')
    if (mine !== turn) return
    const path = wantedPath
    wantedPath = null
    const page = path === null ? consoleAddress : new URL(path, consoleAddress).href
    if (link === null) return await load(into, { url: page })
    const signedIn = leaves(into.webContents, SIGN_IN)
    await load(into, { url: link })
    // A link that claims the server leads to its own next step.
    if (path === null || new URL(link).pathname !== SIGN_IN) return
    await signedIn
    if (mine === turn) await load(into, { url: page })
  }

  async function showFile(into: BrowserWindow, file: string): Promise<void> {
    if (shown === file) return
    turn++
    shown = file
    await load(into, { file })
  }

  function render(): void {
    if (window === null) return
    const state = server.state()
    switch (state.phase) {
      case 'running':
        // A server that came back at the same place goes on with the page that is there.
        if (shown !== state.consoleAddress || wantedPath !== null)
          void showConsole(window, state.consoleAddress)
        return
      case 'failed':
        return void showFile(window, pages.crash)
      case 'starting':
      case 'restarting':
        if (shown === null || shown === pages.crash) void showFile(window, pages.waiting)
        return
      case 'stopped':
        return
    }
  }

  return {
    open(path) {
      wantedPath = path ?? null
      if (window === null) window = create()
      else {
        if (window.isMinimized()) window.restore()
        window.show()
        window.focus()
      }
      render()
    },
    openLink(link) {
      window ??= create()
      window.show()
      turn++
      const state = server.state()
      shown = state.phase === 'running' ? state.consoleAddress : null
      void load(window, { url: link })
    },
    isOpen: () => window !== null,
    serverChanged: render,
    viewChanged: (view) => window?.webContents.send(viewChannel, view),
  }
}

function stateOf(window: BrowserWindow) {
  const { x, y, width, height } = window.getNormalBounds()
  const zoom = Math.min(5, Math.max(0.25, window.webContents.getZoomFactor()))
  return { x, y, width, height, isMaximized: window.isMaximized(), zoom }
}

/** The page of the console that takes a link that signs in. */
const SIGN_IN = '/sign-in'
/** The link is used up by then, or of no use. */
const SIGN_IN_MS = 5_000

/** Resolves once the page has gone on from this path by itself, or takes too long. */
function leaves(contents: WebContents, path: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const look = (_event: unknown, url: string) => {
    if (new URL(url).pathname !== path) resolve()
  }
  contents.on('did-navigate-in-page', look)
  const timer = setTimeout(resolve, SIGN_IN_MS)
  return promise.finally(() => {
    clearTimeout(timer)
    contents.off('did-navigate-in-page', look)
  })
}
