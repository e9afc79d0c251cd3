import type { OutboxHandler } from './outbox-handler.ts'

/** What became of a message's first attempt; `pending` when it is still on its way or will be tried again. */
export type FirstOutcome = 'done' | 'failed' | 'pending'

/**
 * Lets a request wait for the first attempt at the message it caused, so that a mail server's refusal can be told to
 * the person at the screen. The outbox itself waits for nobody.
 */
export interface DeliveryWatch {
  /** Resolves at the first outcome, or with `pending` after `timeoutMs`. Ask before the message is delivered. */
  outcome(cause: string, timeoutMs: number): Promise<FirstOutcome>
  watch(handler: OutboxHandler): OutboxHandler
}

export function createDeliveryWatch(): DeliveryWatch {
  const waiting = new Map<string, (outcome: FirstOutcome) => void>()
  return {
    outcome: (cause, timeoutMs) =>
      new Promise((resolve) => {
        const settle = (outcome: FirstOutcome) => {
          clearTimeout(timer)
          waiting.delete(cause)
          resolve(outcome)
        }
        const timer = setTimeout(() => settle('pending'), timeoutMs)
        waiting.set(cause, settle)
      }),
    watch: (handler) => ({
      ...handler,
      async deliver(entry, signal) {
        const result = await handler.deliver(entry, signal)
        waiting.get(entry.dedupeKey)?.(result.result === 'retry' ? 'pending' : result.result)
        return result
      },
    }),
  }
}
