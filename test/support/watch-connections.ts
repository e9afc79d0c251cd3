import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'

export interface WatchedConnections {
  /** `address:port` of everything that this process has connected to since then. */
  readonly targets: ReadonlySet<string>
  stop(): void
}

/** Sees every TCP connection that this process opens, whichever library does it; those of the test as well. */
export function watchConnections(): WatchedConnections {
  const targets = new Set<string>()
  const note = (message: unknown) => {
    const { socket } = message as { readonly socket: Socket }
    socket.once('connect', () => targets.add(`${socket.remoteAddress}:${socket.remotePort}`))
  }
  subscribe('net.client.socket', note)
  return { targets, stop: () => void unsubscribe('net.client.socket', note) }
}
