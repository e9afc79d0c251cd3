import type { Runtime } from '../../runtime.ts'
import type { EventData, EventType, LiveEvent } from './catalogue.ts'
import { createCoalescing } from './coalesce.ts'

/** One event as it goes out: `id` is what a reader names to go on after it. */
export interface SentEvent {
  readonly id: string
  readonly event: LiveEvent
}

export type Listener = (sent: SentEvent) => void

/** Where everything that happens is told to whoever looks. With nobody looking it keeps a short memory, and no more. */
export interface EventHub {
  publish<T extends EventType>(type: T, data: EventData<T>): void
  /**
   * Hears everything after the event `lastId` (null: from now on). The answer ends it. When what was missed cannot be
   * told any more, a `reset` comes first.
   */
  listen(lastId: string | null, listener: Listener): () => void
  /** Aborts when Signpost stops: whoever listens goes home. */
  readonly stopped: AbortSignal
  /** How many listen: what costs something to find out is not found out for nobody. */
  listeners(): number
  stop(): void
}

/** Some minutes of a busy server: a laptop that slept longer asks for everything anew. */
const REMEMBERED = 500

export function createEventHub({ random }: Pick<Runtime, 'random'>): EventHub {
  /** Ids of a former process mean nothing here. */
  const epoch = random.bytes(6).toString('hex')
  const remembered: SentEvent[] = []
  const listeners = new Set<Listener>()
  const stopping = new AbortController()
  let last = 0

  function send(event: LiveEvent): void {
    const sent = { id: `${epoch}-${++last}`, event }
    remembered.push(sent)
    if (remembered.length > REMEMBERED) remembered.shift()
    for (const listener of listeners) listener(sent)
  }

  const coalescing = createCoalescing(send)

  function missed(lastId: string): readonly SentEvent[] | 'gap' | 'restarted' {
    const [theirs, number] = lastId.split('-')
    if (theirs !== epoch) return 'restarted'
    const at = Number(number)
    const first = last - remembered.length + 1
    return Number.isInteger(at) && at + 1 >= first && at <= last ? remembered.slice(at + 1 - first) : 'gap'
  }

  return {
    publish(type, data) {
      const event = { type, data } as LiveEvent
      if (!coalescing.take(event)) send(event)
    },
    listen(lastId, listener) {
      const before = lastId === null ? [] : missed(lastId)
      if (typeof before !== 'string') before.forEach(listener)
      else listener({ id: `${epoch}-${last}`, event: { type: 'reset', data: { reason: before } } })
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    stopped: stopping.signal,
    listeners: () => listeners.size,
    stop() {
      coalescing.stop()
      listeners.clear()
      stopping.abort()
    },
  }
}
