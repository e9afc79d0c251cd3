import { EventEmitter } from 'node:events'
import { preventable, type PreventableEvent } from './event.ts'

type OpenHandler = (details: { readonly url: string }) => { readonly action: string }

/** `webContents` of a window. */
export class StandInWebContents extends EventEmitter {
  zoom = 1
  /** Where pages wanted to go and may not. */
  readonly refused: string[] = []
  deliver: (channel: string, args: readonly unknown[]) => void = () => {}
  #openHandler: OpenHandler = () => ({ action: 'allow' })

  send(channel: string, ...args: readonly unknown[]): void {
    this.deliver(channel, args)
  }

  setZoomFactor(zoom: number): void {
    this.zoom = zoom
  }

  getZoomFactor(): number {
    return this.zoom
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler
  }

  /** A page wants a new window. True when it may. */
  mayOpen(url: string): boolean {
    return this.#openHandler({ url }).action === 'allow'
  }

  /** A page wants to go somewhere. True when it may. */
  mayNavigate(url: string, isMainFrame = true): boolean {
    const event = preventable({ url, isMainFrame })
    this.emit('will-frame-navigate', event)
    if (event.defaultPrevented) this.refused.push(url)
    return !event.defaultPrevented
  }

  mayRedirect(url: string): boolean {
    return this.#ask('will-redirect', preventable({ url, isMainFrame: true }))
  }

  mayAttachWebview(): boolean {
    return this.#ask('will-attach-webview', preventable({}))
  }

  #ask(name: string, event: PreventableEvent): boolean {
    this.emit(name, event)
    return !event.defaultPrevented
  }
}
