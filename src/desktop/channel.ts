import { DESKTOP_VARIABLE, toServerSchema, type ToServer, type ToShell } from './messages.ts'

/** The server's end of the channel to the desktop shell. */
export interface ShellChannel {
  /** Messages to a shell that is gone are dropped. */
  send(message: ToShell): void
  /** Messages that are none of ours are passed over. `closed` is called when the shell is gone. Once per channel. */
  listen(received: (message: ToServer) => void, closed: () => void): void
  /** Lets go of the channel, which would keep the process alive. */
  close(): void
}

/** What Node lends to a forked process. */
type ForkedProcess = Pick<NodeJS.Process, 'send' | 'connected' | 'disconnect' | 'on' | 'off' | 'env'> & {
  /** Electron's utility processes have this instead (Electron, `process.parentPort`). */
  readonly parentPort?: unknown
}

interface ParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown
  off(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown
}

/** The channel to the shell that started this process; null when none did. */
export function shellChannelOf(self: ForkedProcess): ShellChannel | null {
  if (self.env[DESKTOP_VARIABLE] !== '1') return null
  if (isParentPort(self.parentPort)) return overPort(self.parentPort)
  return self.send === undefined ? null : overFork(self)
}

function overFork(self: ForkedProcess): ShellChannel {
  return {
    send(message) {
      // The callback takes the error of a channel that closes under way, which would be thrown otherwise.
      if (self.connected) self.send?.(message, undefined, undefined, () => {})
    },
    listen(received, closed) {
      self.on('message', (message) => read(message, received))
      self.on('disconnect', closed)
    },
    close() {
      if (self.connected) self.disconnect?.()
    },
  }
}

/** A utility process ends with its shell, so that nothing has to be told of a closed port. */
function overPort(port: ParentPort): ShellChannel {
  let off = () => {}
  return {
    send: (message) => port.postMessage(message),
    listen(received) {
      const listener = (event: { readonly data: unknown }) => read(event.data, received)
      port.on('message', listener)
      off = () => void port.off('message', listener)
    },
    close: () => off(),
  }
}

function read(message: unknown, received: (message: ToServer) => void): void {
  const parsed = toServerSchema.safeParse(message)
  if (parsed.success) received(parsed.data)
}

function isParentPort(value: unknown): value is ParentPort {
  return (
    typeof value === 'object' &&
    value !== null &&
    'postMessage' in value &&
    typeof value.postMessage === 'function'
  )
}
