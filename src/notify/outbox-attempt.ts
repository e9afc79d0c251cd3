import type { OutboxEntry, OutboxHandler, OutboxResult } from './outbox-handler.ts'

const MAX_ERROR_LENGTH = 500

/**
 * Lets the handler deliver, for `limitMs` at most. Never rejects; null when there was no answer in time or `stopping`
 * came first: nobody knows then whether the message has arrived.
 */
export async function attemptDelivery(
  handler: OutboxHandler,
  entry: OutboxEntry,
  limitMs: number,
  stopping: AbortSignal,
): Promise<OutboxResult | null> {
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(), limitMs)
  const signal = AbortSignal.any([limit.signal, stopping])
  const gaveUp = new Promise<null>((resolve) => {
    if (signal.aborted) resolve(null)
    else signal.addEventListener('abort', () => resolve(null), { once: true })
  })
  try {
    const result = await Promise.race([deliver(handler, entry, signal), gaveUp])
    // A handler that is cut off usually throws; that is no answer either.
    if (result === null || (signal.aborted && result.result === 'retry')) return null
    return result.result === 'done' ? result : { ...result, error: result.error.slice(0, MAX_ERROR_LENGTH) }
  } finally {
    clearTimeout(timer)
  }
}

async function deliver(
  handler: OutboxHandler,
  entry: OutboxEntry,
  signal: AbortSignal,
): Promise<OutboxResult> {
  try {
    return await handler.deliver(entry, signal)
  } catch (error) {
    // The class alone: texts of foreign errors may carry addresses and passwords.
    return { result: 'retry', error: className(error) }
  }
}

/** What may be shown of an error that nobody expected. */
export function className(error: unknown): string {
  return error instanceof Error ? error.constructor.name : typeof error
}
