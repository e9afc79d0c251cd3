import { setTimeout as sleep } from 'node:timers/promises'

export interface EventuallyOptions {
  /** What is waited for, as it completes "waited in vain for ...". */
  readonly what: string
  readonly signal: AbortSignal
  /** Default 20 s. */
  readonly timeoutMs?: number
}

const LOOK_EVERY_MS = 30

/** Looks again and again until there is something; throws after the time is up, or when it is told to stop. */
export async function eventually<T>(
  look: () => Promise<T | null> | T | null,
  { what, signal, timeoutMs = 20_000 }: EventuallyOptions,
): Promise<T> {
  const until = performance.now() + timeoutMs
  for (;;) {
    const found = await look()
    if (found !== null) return found
    if (performance.now() >= until) throw new Error(`Waited in vain for ${what}.`)
    await sleep(LOOK_EVERY_MS, undefined, { signal })
  }
}
