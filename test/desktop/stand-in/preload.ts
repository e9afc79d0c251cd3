import { readFileSync } from 'node:fs'
import { EventEmitter } from 'node:events'
import type { Frame, Page } from 'playwright-core'
import type { IpcHandlers } from './ipc-main.ts'
import type { StandInWebContents } from './web-contents.ts'

type Api = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>

/**
 * Runs the real preload script for one page: what it hands to `contextBridge` is there in the page, and its calls go to
 * `ipcMain` with the frame they came from. The script runs here rather than in the renderer's isolated world.
 */
export async function installPreload(
  page: Page,
  file: string,
  handlers: IpcHandlers,
  sender: StandInWebContents,
): Promise<void> {
  const toPage = new EventEmitter()
  let from: Frame = page.mainFrame()
  const ipcRenderer = {
    invoke: async (channel: string, ...args: readonly unknown[]) =>
      await handlers.invoke(channel, { sender, senderFrame: frameOf(from) }, structuredClone([...args])),
    on: (channel: string, listener: (...args: unknown[]) => void) => toPage.on(channel, listener),
    off: (channel: string, listener: (...args: unknown[]) => void) => toPage.off(channel, listener),
  }
  const { name, api } = runScript(file, ipcRenderer)
  // A new document begins with a new run of the script: nobody listens yet.
  page.on('framenavigated', (frame) => frame === page.mainFrame() && toPage.removeAllListeners())
  sender.deliver = (channel, args) => toPage.emit(channel, {}, ...structuredClone([...args]))
  await page.exposeBinding('standInCall', async ({ frame }, method: string, args: readonly unknown[]) => {
    from = frame
    return await api[method]?.(...args.map((arg) => listenerOf(page, arg)))
  })
  await page.addInitScript(placeApi, { name, methods: Object.keys(api) })
}

function runScript(file: string, ipcRenderer: object): { name: string; api: Api } {
  const exposed: { name: string; api: Api }[] = []
  const contextBridge = {
    exposeInMainWorld: (name: string, api: Api) => void exposed.push({ name, api }),
  }
  const require = (module: string) => {
    if (module !== 'electron') throw new Error(`a sandboxed preload script cannot require ${module}`)
    return { contextBridge, ipcRenderer }
  }
  // oxlint-disable-next-line no-new-func -- the bundle is CommonJS, as Electron wants it, and gets its `require` here.
  new Function('require', 'module', 'exports', readFileSync(file, 'utf8'))(require, { exports: {} }, {})
  const [only] = exposed
  if (only === undefined || exposed.length > 1) throw new Error('the preload script has to expose one name')
  return only
}

const frameOf = (frame: Frame): object => {
  const parent = frame.parentFrame()
  return { url: frame.url(), parent: parent === null ? null : frameOf(parent) }
}

/** A function of the page, which `contextBridge` hands over as a function of this side. */
function listenerOf(page: Page, arg: unknown): unknown {
  if (typeof arg !== 'object' || arg === null || !('standInListener' in arg)) return arg
  const id = arg.standInListener
  return (...values: readonly unknown[]) => {
    const call = page.evaluate(
      ([listener, given]) => {
        const { standInListeners } = globalThis as unknown as {
          standInListeners: Map<unknown, (...args: unknown[]) => void>
        }
        standInListeners.get(listener)?.(...(given as unknown[]))
      },
      [id, values] as const,
    )
    // The page may be gone by now.
    call.catch(() => undefined)
  }
}

/** Runs in the page. */
function placeApi({ name, methods }: { readonly name: string; readonly methods: readonly string[] }): void {
  interface PageGlobals {
    readonly top: unknown
    readonly standInCall: (method: string, args: readonly unknown[]) => Promise<unknown>
    standInListeners: Map<number, unknown>
  }
  const page = globalThis as unknown as PageGlobals
  // Preload scripts run in the top frame alone, unless `nodeIntegrationInSubFrames` is set.
  if ((page as unknown) !== page.top) return
  const listeners = new Map<number, unknown>()
  page.standInListeners = listeners
  const api = methods.map((method) => [
    method,
    (...args: readonly unknown[]) => {
      const ids: number[] = []
      const sent = args.map((arg) => {
        if (typeof arg !== 'function') return arg
        const id = listeners.size + 1
        listeners.set(id, arg)
        ids.push(id)
        return { standInListener: id }
      })
      const result = page.standInCall(method, sent)
      return method.startsWith('on') ? () => ids.forEach((id) => listeners.delete(id)) : result
    },
  ])
  Object.defineProperty(globalThis, name, { value: Object.freeze(Object.fromEntries(api)) })
}
