import type { ToServer, ToShell } from '../../src/desktop/messages.ts'

/** How a process ended. */
export interface ServerEnd {
  readonly code: number | null
  readonly signal: string | null
}

/** The server's process, however it was started. */
export interface ServerProcess {
  /** Dropped when the process is gone. */
  send(message: ToServer): void
  kill(signal: 'SIGTERM' | 'SIGKILL'): void
  /** Resolves once it is gone, or could not be started at all. */
  readonly ended: Promise<ServerEnd>
}

export interface ServerListeners {
  /** Messages that are none of ours never arrive here. */
  readonly message: (message: ToShell) => void
  /** What it prints, as it comes. */
  readonly output: (text: string) => void
}

export type LaunchServer = (listeners: ServerListeners) => ServerProcess
