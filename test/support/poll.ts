import { setTimeout as sleep } from 'node:timers/promises'

export interface EventuallyOptions {
  /** What is waited for, as a phrase that completes "timed out waiting for ...". */
  readonly what: string
  /** Milliseconds until the wait is given up; default 10 s. */
  readonly timeoutMs?: number
  /** Milliseconds between two looks; default 50. */
  readonly intervalMs?: number
}

type NotYet = false | null | undefined

/**
 * Looks again and again until `check` answers something other than `false`, `null` or `undefined`, and returns that
 * answer. A check that throws counts as "not yet"; its last error becomes the cause of the final one.
 */
export async function eventually<T>(
  check: () => T | Promise<T>,
  { what, timeoutMs = 10_000, intervalMs = 50 }: EventuallyOptions,
): Promise<Exclude<T, NotYet>> {
  const deadline = performance.now() + timeoutMs
  let cause: unknown
  for (;;) {
    try {
      const answer = await check()
      if (isThere(answer)) return answer
      cause = undefined
    } catch (error) {
      cause = error
    }
    if (performance.now() >= deadline) {
      throw new Error(`timed out after ${timeoutMs} ms waiting for ${what}`, { cause })
    }
    await sleep(intervalMs)
  }
}

function isThere<T>(answer: T): answer is Exclude<T, NotYet> {
  return answer !== undefined && answer !== null && answer !== false
}
