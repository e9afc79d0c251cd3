import { LRUCache } from 'lru-cache'
import type { Clock } from '../runtime.ts'
import type { OutboxEntry, OutboxHandler, OutboxResult } from './outbox-handler.ts'

/** What became of a message's first attempt; `pending` when it is still on its way or will be tried again. */
export type FirstOutcome = 'done' | 'failed' | 'pending'

/**
 * Lets a request wait for the first attempt at the message it caused, so that a mail server's refusal can be told to
 * the person at the screen. The outbox itself waits for nobody.
 */
export interface DeliveryWatch {
  /** Ask before the message can be delivered; call the result to wait. It settles with `pending` after `timeoutMs`. */
  expect(cause: string): (timeoutMs: number) => Promise<FirstOutcome>
  /** The same handler, observed. */
  watch(handler: OutboxHandler): OutboxHandler
}

/** One attempt at a message. */
export interface DeliveryAttempt {
  readonly entry: OutboxEntry
  readonly result: OutboxResult
  readonly ms: number
}

/** Requests that may wait at once; the oldest gives way. */
const MAX_WAITING = 10_000

/** `observe` is told of every attempt that ended by itself. */
export function createDeliveryWatch(
  clock: Clock,
  observe: (attempt: DeliveryAttempt) => void,
): DeliveryWatch {
  const waiting = new LRUCache<string, (outcome: FirstOutcome) => void>({ max: MAX_WAITING })
  return {
    expect(cause) {
      const { promise, resolve } = Promise.withResolvers<FirstOutcome>()
      waiting.set(cause, resolve)
      return (timeoutMs) => {
        const timer = setTimeout(() => resolve('pending'), timeoutMs)
        return promise.finally(() => {
          clearTimeout(timer)
          waiting.delete(cause)
        })
      }
    },
    watch: (handler) => ({
      ...handler,
      async deliver(entry, signal) {
        const begun = clock.now()
        const result = await handler.deliver(entry, signal)
        observe({ entry, result, ms: clock.now() - begun })
        waiting.get(entry.dedupeKey)?.(result.result === 'retry' ? 'pending' : result.result)
        return result
      },
    }),
  }
}
