/** How the live channel is: `live`, or why not. */
export type Connection =
  | { readonly state: 'connecting' | 'live' | 'signed-out' }
  | { readonly state: 'lost'; readonly reason: 'unreachable' | 'refused'; readonly since: number }

export type EventListenerOf = (data: unknown) => void

/** One `EventSource` for the whole console; it runs while somebody listens. */
export interface EventStream {
  /** Calls back with the parsed data of every event of a type, until the returned function is called. */
  on(type: string, listener: EventListenerOf): () => void
  start(): void
  stop(): void
  /** Tries at once instead of at the end of the wait. */
  retryNow(): void
  readonly connection: () => Connection
  readonly subscribe: (changed: () => void) => () => void
}

export interface EventStreamOptions {
  readonly url: string
  readonly open: (url: string) => EventSource
  readonly now: () => number
  /** Why the channel may have failed: asks a plain route. */
  readonly probe: () => Promise<'fine' | 'signed-out' | 'unreachable'>
}

const firstWait = 1_000
const longestWait = 15_000

export function createEventStream({ url, open, now, probe }: EventStreamOptions): EventStream {
  const listeners = new Map<string, Set<EventListenerOf>>()
  const watchers = new Set<() => void>()
  let connection: Connection = { state: 'connecting' }
  let source: EventSource | null = null
  let lastEventId = ''
  let failures = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  function become(next: Connection): void {
    connection = next
    for (const watcher of watchers) watcher()
  }

  function hear(target: EventSource, type: string): void {
    target.addEventListener(type, (event: MessageEvent<string>) => {
      lastEventId = event.lastEventId
      const data: unknown = JSON.parse(event.data)
      for (const listener of listeners.get(type) ?? []) listener(data)
    })
  }

  function connect(): void {
    clearTimeout(timer)
    source?.close()
    // A new source cannot send the header `Last-Event-ID`, so the address carries it.
    const next = open(lastEventId === '' ? url : `${url}?lastEventId=${encodeURIComponent(lastEventId)}`)
    source = next
    next.addEventListener('open', () => {
      failures = 0
      become({ state: 'live' })
    })
    next.addEventListener('error', () => void fail(next))
    for (const type of listeners.keys()) hear(next, type)
  }

  /** The browser's own retry has a fixed pace and ends for good on some answers: this one replaces it. */
  async function fail(failed: EventSource): Promise<void> {
    failed.close()
    if (source !== failed) return
    source = null
    const verdict = await probe()
    if (source !== null) return
    if (verdict === 'signed-out') return become({ state: 'signed-out' })
    const since = connection.state === 'lost' ? connection.since : now()
    become({ state: 'lost', reason: verdict === 'fine' ? 'refused' : 'unreachable', since })
    timer = setTimeout(connect, Math.min(longestWait, firstWait * 2 ** failures))
    failures += 1
  }

  return {
    on(type, listener) {
      const known = listeners.get(type)
      const set = known ?? new Set()
      set.add(listener)
      if (known === undefined) {
        listeners.set(type, set)
        if (source !== null) hear(source, type)
      }
      return () => set.delete(listener)
    },
    start: connect,
    stop() {
      clearTimeout(timer)
      source?.close()
      source = null
      become({ state: 'connecting' })
    },
    retryNow: connect,
    connection: () => connection,
    subscribe(changed) {
      watchers.add(changed)
      return () => watchers.delete(changed)
    },
  }
}
