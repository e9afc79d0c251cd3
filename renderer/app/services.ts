import type { QueryClient } from '@tanstack/react-query'
import { ApiError } from '../api/api-error.ts'
import { createClient, type Client } from '../api/client.ts'
import { createConfirmation, type Confirmation } from '../api/confirmation.ts'
import { createEventStream, type EventStream } from '../api/events.ts'
import { createQueryClient, invalidate } from '../api/hooks.ts'
import { createTextStore, type TextStore } from '../texts/text-store.ts'

/** What lives as long as the window does. */
export interface Services {
  readonly client: Client
  readonly confirmation: Confirmation
  readonly events: EventStream
  readonly queries: QueryClient
  readonly texts: TextStore
}

export function createServices(): Services {
  const queries = createQueryClient()
  const confirmation = createConfirmation()
  const client = createClient({
    fetch: (...request) => fetch(...request),
    confirmPassword: () => confirmation.ask(),
    onSignedOut: () => void invalidate(queries, ['GET /api/session']),
  })
  const events = createEventStream({
    url: '/api/events',
    open: (url) => new EventSource(url),
    now: () => Date.now(),
    probe: () => probe(client),
  })
  return { client, confirmation, events, queries, texts: createTextStore() }
}

async function probe(client: Client): Promise<'fine' | 'signed-out' | 'unreachable'> {
  try {
    const { state } = await client.call('GET /api/session', undefined, { timeoutMs: 5_000 })
    return state === 'signed-in' ? 'fine' : 'signed-out'
  } catch (error) {
    return error instanceof ApiError && error.code === 'signed-out' ? 'signed-out' : 'unreachable'
  }
}
