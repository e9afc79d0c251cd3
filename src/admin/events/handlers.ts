import type { Caller, Handlers } from '../api/serve.ts'
import type { eventsContract } from './contract.ts'
import type { EventHub } from './hub.ts'
import { streamEvents } from './stream.ts'

export interface EventOptions {
  readonly hub: EventHub
  /** Whether the session of a reader has not ended meanwhile. */
  readonly isSignedIn: (caller: Caller) => Promise<boolean>
  /** Default: 15 seconds, less than proxies let a silent connection live. */
  readonly heartbeatMs?: number
}

const HEARTBEAT_MS = 15_000

export function createEventHandlers(options: EventOptions): Handlers<typeof eventsContract> {
  return {
    async 'GET /api/events'({ query }, { caller, request, reply }) {
      reply.hijack()
      const header = request.headers['last-event-id']
      await streamEvents(reply.raw, {
        hub: options.hub,
        lastEventId: (typeof header === 'string' ? header : undefined) ?? query.lastEventId ?? null,
        mayRead: () => options.isSignedIn(caller),
        heartbeatMs: options.heartbeatMs ?? HEARTBEAT_MS,
      })
      return ''
    },
  }
}
