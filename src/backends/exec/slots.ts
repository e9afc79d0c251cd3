/** A number of places of which each is used by one at a time. */
export interface Slots {
  /** Waits for a place; answers what gives it back. Rejects with the reason of `signal` when it aborts first. */
  take(signal: AbortSignal): Promise<() => void>
}

export function createSlots(count: number): Slots {
  let free = count
  const waiting = new Set<() => void>()

  function giveBack(): void {
    // Handed on directly: a place that is free for a moment could be taken by somebody who did not wait.
    const [next] = waiting
    if (next === undefined) free += 1
    else next()
  }

  return {
    async take(signal) {
      signal.throwIfAborted()
      if (free > 0) free -= 1
      else await turn(waiting, signal)
      return giveBack
    },
  }
}

function turn(waiting: Set<() => void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = () => {
      waiting.delete(go)
      signal.removeEventListener('abort', giveUp)
    }
    const go = () => {
      leave()
      resolve()
    }
    const giveUp = () => {
      leave()
      reject(signal.reason as Error)
    }
    waiting.add(go)
    signal.addEventListener('abort', giveUp)
  })
}
