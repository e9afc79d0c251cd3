import type { ToServer, ToShell } from '../../src/desktop/messages.ts'

/** Asks the server for links and waits for the answers. */
export interface ServerRequests {
  /** A URL; null when the server is not there, cannot make one, or does not answer in time. */
  ask(
    type: 'one-time-link' | 'reset-password',
    send: ((message: ToServer) => void) | null,
  ): Promise<string | null>
  answered(message: Extract<ToShell, { type: 'answer' }>): void
  /** The server is gone: nobody waits any longer. */
  abandon(): void
}

const TIMEOUT_MS = 10_000

export function createServerRequests(): ServerRequests {
  const waiting = new Map<number, (link: string | null) => void>()
  let last = 0
  return {
    async ask(type, send) {
      if (send === null) return null
      const id = ++last
      const { promise, resolve } = Promise.withResolvers<string | null>()
      const timer = setTimeout(() => resolve(null), TIMEOUT_MS)
      waiting.set(id, resolve)
      send({ type, id })
      return await promise.finally(() => {
        clearTimeout(timer)
        waiting.delete(id)
      })
    },
    answered: ({ id, link }) => waiting.get(id)?.(link),
    abandon() {
      for (const resolve of waiting.values()) resolve(null)
    },
  }
}
