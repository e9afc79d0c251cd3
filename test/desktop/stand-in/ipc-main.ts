type Handler = (event: unknown, ...args: readonly unknown[]) => unknown

/** `ipcMain`: requests of pages. */
export class IpcHandlers {
  readonly channels = new Map<string, Handler>()

  handle(channel: string, handler: Handler): void {
    if (this.channels.has(channel)) throw new Error(`a second handler for ${channel}`)
    this.channels.set(channel, handler)
  }

  async invoke(channel: string, event: object, args: readonly unknown[]): Promise<unknown> {
    const handler = this.channels.get(channel)
    if (handler === undefined) throw new Error(`No handler registered for '${channel}'`)
    return await handler(event, ...args)
  }
}
