import type { ServerResponse } from 'node:http'
import type { EventHub, SentEvent } from './hub.ts'

export interface StreamOptions {
  readonly hub: EventHub
  readonly lastEventId: string | null
  /** Whether whoever reads may still read: asked with every heartbeat. */
  readonly mayRead: () => Promise<boolean>
  readonly heartbeatMs: number
}

/** Bytes that may wait for a reader. One that is so far behind is cut off; it comes back, and gets a `reset`. */
const MOST_WAITING = 256 * 1024
/** How soon a browser tries again. */
const RETRY_MS = 2_000

/**
 * Server-Sent Events (WHATWG HTML, 9.2) until the reader goes, falls behind or may no longer read. Resolves at the end.
 */
export function streamEvents(response: ServerResponse, options: StreamOptions): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // nginx would gather events until its buffer is full.
    'x-accel-buffering': 'no',
  })

  function write(text: string): void {
    if (response.destroyed) return
    response.write(text)
    if (response.writableLength > MOST_WAITING) response.destroy()
  }

  write(`retry: ${RETRY_MS}\n\n`)
  const end = options.hub.listen(options.lastEventId, (sent) => write(asText(sent)))
  const heartbeat = setInterval(() => {
    write(': here\n\n')
    options.mayRead().then(
      (may) => void (may || response.end()),
      // Nobody can tell at the moment: the next heartbeat asks again.
      () => {},
    )
  }, options.heartbeatMs)
  heartbeat.unref()
  const stop = () => void response.end()
  options.hub.stopped.addEventListener('abort', stop, { once: true })
  response.once('close', () => {
    options.hub.stopped.removeEventListener('abort', stop)
    end()
    clearInterval(heartbeat)
    resolve()
  })
  return promise
}

function asText({ id, event }: SentEvent): string {
  return `id: ${id}\nevent: ${event.type}\ndata: ${JSON.stringify(event.data)}\n\n`
}
