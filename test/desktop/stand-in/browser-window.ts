import { EventEmitter } from 'node:events'
import { pathToFileURL } from 'node:url'
import type { BrowserWindowConstructorOptions, Rectangle } from 'electron'
import type { Browser, BrowserContext, Page, Route } from 'playwright-core'
import { preventable } from './event.ts'
import type { IpcHandlers } from './ipc-main.ts'
import { installPreload } from './preload.ts'
import { StandInWebContents } from './web-contents.ts'

export interface WindowWorld {
  readonly browser: Browser
  readonly handlers: IpcHandlers
  readonly windows: Set<StandInWindow>
  readonly allClosed: () => void
  /** Resolves when what goes on in a closed window has ended. */
  readonly closing: Promise<void>[]
}

/** A tab that goes away under the hands of its stand-in is what a closed window is. */
const ignoreClosed = () => {}

/** `BrowserWindow`, whose page is a tab of a real Chromium. */
export class StandInWindow extends EventEmitter {
  readonly options: BrowserWindowConstructorOptions
  readonly webContents = new StandInWebContents()
  readonly calls: string[] = []
  /** Every URL that the shell loaded, in order. */
  readonly loaded: string[] = []
  bounds: Rectangle
  isDown = false
  readonly #world: WindowWorld
  readonly #tab: Promise<{ readonly context: BrowserContext; readonly page: Page }>
  #isDestroyed = false
  #isShownOnce = false

  constructor(world: WindowWorld, options: BrowserWindowConstructorOptions) {
    super()
    const { x = 10, y = 20, width = 800, height = 600 } = options
    this.options = options
    this.bounds = { x, y, width, height }
    this.#world = world
    this.#tab = this.#openTab()
    // A window may be closed before its tab is there; whoever loads something hears of it.
    this.#tab.catch(() => undefined)
    world.windows.add(this)
  }

  async #openTab() {
    const context = await this.#world.browser.newContext()
    const page = await context.newPage()
    page.on('framenavigated', (frame) => {
      // Also for whole loads, which the shell passes over.
      if (frame === page.mainFrame()) this.webContents.emit('did-navigate-in-page', {}, frame.url(), true)
    })
    const preload = this.options.webPreferences?.preload
    if (preload !== undefined) await installPreload(page, preload, this.#world.handlers, this.webContents)
    await context.route('**/*', (route) => this.#decide(route, page).catch(ignoreClosed))
    return { context, page }
  }

  /** What Electron asks the shell before a page goes anywhere. */
  async #decide(route: Route, page: Page): Promise<void> {
    const request = route.request()
    if (!request.isNavigationRequest()) return await route.continue()
    const frame = request.frame()
    const url = request.url()
    if (frame.page() !== page) {
      this.webContents.mayOpen(url)
      await route.abort('aborted')
      return await frame.page().close()
    }
    const isMainFrame = frame === page.mainFrame()
    const isOurs = isMainFrame && this.loaded.at(-1) === url
    const may = isOurs || this.webContents.mayNavigate(url, isMainFrame)
    return may ? await route.continue() : await route.abort('aborted')
  }

  /** The tab, for tests. */
  async page(): Promise<Page> {
    return (await this.#tab).page
  }

  async loadURL(url: string): Promise<void> {
    this.loaded.push(new URL(url).href)
    const { page } = await this.#tab
    await page.goto(url)
    this.webContents.emit('did-finish-load')
    if (!this.#isShownOnce) this.emit('ready-to-show')
    this.#isShownOnce = true
  }

  async loadFile(file: string): Promise<void> {
    await this.loadURL(pathToFileURL(file).href)
  }

  show(): void {
    this.calls.push('show')
  }

  focus(): void {
    this.calls.push('focus')
  }

  maximize(): void {
    this.calls.push('maximize')
  }

  isMaximized(): boolean {
    return this.calls.includes('maximize')
  }

  isMinimized(): boolean {
    return this.isDown
  }

  restore(): void {
    this.isDown = false
    this.calls.push('restore')
  }

  getNormalBounds(): Rectangle {
    return this.bounds
  }

  isDestroyed(): boolean {
    return this.#isDestroyed
  }

  /** As a person does, or the program. */
  close(): void {
    if (this.#isDestroyed) return
    const event = preventable({})
    this.emit('close', event)
    if (!event.defaultPrevented) this.#destroy()
  }

  #destroy(): void {
    this.#isDestroyed = true
    this.#world.windows.delete(this)
    this.gone = this.#tab.then(({ context }) => context.close()).catch(ignoreClosed)
    this.#world.closing.push(this.gone)
    this.emit('closed')
    if (this.#world.windows.size === 0) this.#world.allClosed()
  }

  /** Resolves when the renderer of a closed window has ended. */
  gone: Promise<void> = Promise.resolve()
}
