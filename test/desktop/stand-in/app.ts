import { EventEmitter } from 'node:events'
import type { LoginItemSettings } from 'electron'
import { preventable } from './event.ts'

/** Who holds the lock of which user-data path: what the operating system knows. */
export type Locks = Map<string, StandInApp>

/** `app`: life and death of one Electron process. */
export class StandInApp extends EventEmitter {
  readonly isPackaged = false
  readonly calls: string[] = []
  readonly loginItems: Partial<LoginItemSettings>[] = []
  /** Resolves when the process would be gone. */
  readonly ended: Promise<void>
  readonly #end: () => void
  readonly #locks: Locks
  readonly #argv: readonly string[]
  readonly #paths = new Map<string, string>()
  closeWindows: () => boolean = () => true

  constructor(locks: Locks, argv: readonly string[]) {
    super()
    const { promise, resolve } = Promise.withResolvers<void>()
    this.ended = promise
    this.#end = resolve
    this.#locks = locks
    this.#argv = argv
  }

  setPath(name: string, path: string): void {
    this.calls.push('setPath')
    this.#paths.set(name, path)
  }

  getPath(name: string): string {
    return this.#paths.get(name) ?? ''
  }

  requestSingleInstanceLock(): boolean {
    this.calls.push('requestSingleInstanceLock')
    const path = this.getPath('userData')
    const holder = this.#locks.get(path)
    if (holder === undefined) this.#locks.set(path, this)
    else holder.emit('second-instance', {}, ['electron', ...this.#argv], '/', {})
    return holder === undefined
  }

  setName(): void {}

  setAppUserModelId(): void {}

  enableSandbox(): void {
    this.calls.push('enableSandbox')
  }

  async whenReady(): Promise<void> {
    this.calls.push('whenReady')
  }

  setAsDefaultProtocolClient(): boolean {
    this.calls.push('setAsDefaultProtocolClient')
    return true
  }

  setLoginItemSettings(settings: Partial<LoginItemSettings>): void {
    this.loginItems.push(settings)
  }

  quit(): void {
    const event = preventable({})
    this.emit('before-quit', event)
    if (event.defaultPrevented || !this.closeWindows()) return
    for (const [path, holder] of this.#locks) if (holder === this) this.#locks.delete(path)
    this.#end()
  }
}
