import type { AdminClient } from '../../../support/admin-client.ts'

/** A reader of the live events, as a browser is one. */
export interface OpenEvents {
  all(): readonly ReadEvent[]
  /** Data of the events of one type, oldest first. */
  of(type: string): readonly unknown[]
  /** True once the server has ended it. */
  ended(): boolean
  close(): void
}

export interface ReadEvent {
  readonly id: string
  readonly type: string
  readonly data: unknown
}

export async function openEvents(admin: AdminClient, lastEventId?: string): Promise<OpenEvents> {
  const abort = new AbortController()
  const response = await fetch(`${admin.baseUrl}/api/events`, {
    signal: abort.signal,
    headers: {
      cookie: admin.cookie(),
      'x-signpost-console': '1',
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    },
  })
  if (response.status !== 200 || response.body === null) throw new Error(`answered ${response.status}`)
  const events: ReadEvent[] = []
  let ended = false
  void readAll(response.body, (event) => events.push(event))
    .catch(() => undefined)
    .finally(() => (ended = true))
  return {
    all: () => events,
    of: (type) => events.filter((event) => event.type === type).map(({ data }) => data),
    ended: () => ended,
    close: () => abort.abort(),
  }
}

async function readAll(body: ReadableStream<Uint8Array>, found: (event: ReadEvent) => void): Promise<void> {
  let text = ''
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    text += chunk
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1]
      const data = field('data')
      if (data !== undefined)
        found({ id: field('id') ?? '', type: field('event') ?? '', data: JSON.parse(data) })
    }
  }
}
