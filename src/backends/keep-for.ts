import type { Clock } from '../runtime.ts'

/** Loads an answer that seldom changes, and gives it again until it is `ms` old. A failure is not kept. */
export function keepFor<T>(
  ms: number,
  clock: Clock,
  load: (signal: AbortSignal) => Promise<T>,
): (signal: AbortSignal) => Promise<T> {
  let kept: { readonly answer: T; readonly at: number } | null = null
  return async (signal) => {
    const now = clock.now()
    if (kept === null || Math.abs(now - kept.at) > ms) kept = { answer: await load(signal), at: now }
    return kept.answer
  }
}
