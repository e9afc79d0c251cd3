import { setTimeout as sleep } from 'node:timers/promises'

/** After this the next backend is asked as well; the slow one keeps its precedence. */
export const PATIENCE_MS = 500

/**
 * Walks through items in order of precedence. The next one begins when the one before has ended without `isEnough`, or
 * is slow; so a hanging directory delays the others by half a second, and everything by no more than its own time limit.
 * Returns the outcomes of all that were begun, in order, once the result is decided: `isEnough` of the outcomes so far
 * (null: not known yet) says that no later one can change it.
 */
export async function inOrder<I, O>(
  items: readonly I[],
  begin: (item: I, outcomes: readonly (O | null)[]) => Promise<O>,
  isEnough: (outcomes: readonly O[]) => boolean,
  patienceMs = PATIENCE_MS,
): Promise<readonly (O | null)[]> {
  const outcomes: (O | null)[] = []
  const underWay: Promise<unknown>[] = []
  for (const [index, item] of items.entries()) {
    outcomes.push(null)
    const running = begin(item, outcomes).then((outcome) => {
      outcomes[index] = outcome
    })
    underWay.push(running)
    await first(running, patienceMs)
    if (isDecided(outcomes, isEnough)) return outcomes
  }
  for (const running of underWay) {
    await running
    if (isDecided(outcomes, isEnough)) return outcomes
  }
  return outcomes
}

/** Decided by the outcomes before the first that is not known yet: a later one must not overtake it. */
function isDecided<O>(
  outcomes: readonly (O | null)[],
  isEnough: (outcomes: readonly O[]) => boolean,
): boolean {
  const open = outcomes.indexOf(null)
  const known = (open < 0 ? outcomes : outcomes.slice(0, open)) as readonly O[]
  return known.length > 0 && isEnough(known)
}

async function first(running: Promise<unknown>, patienceMs: number): Promise<void> {
  const stop = new AbortController()
  const patience = sleep(patienceMs, undefined, { signal: stop.signal }).catch(() => undefined)
  await Promise.race([running, patience])
  stop.abort()
}
