import { setTimeout as sleep } from 'node:timers/promises'

/** Reads again until `done`. Rejects with AbortError when it is given up. */
export type Poll = <T>(read: () => Promise<T>, done: (value: T) => boolean) => Promise<T>

/**
 * The rests between two looks grow from `restMs` by half each time, up to ten times as long; authorities check within
 * seconds, or are busy.
 */
export function createPoll(restMs: number, signal: AbortSignal): Poll {
  return async (read, done) => {
    for (let rest = restMs; ; rest = Math.min(rest * 1.5, restMs * 10)) {
      const value = await read()
      if (done(value)) return value
      await sleep(rest, undefined, { signal })
    }
  }
}
