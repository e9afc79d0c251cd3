import { canonicalAddress, type ThreePid } from '../../matrix/threepid.ts'
import type { FoundMapping } from '../backend.ts'

/** How a directory can be asked for addresses; null where it cannot be asked this way. */
export interface LookupWays {
  readonly single: ((address: ThreePid) => Promise<readonly FoundMapping[]>) | null
  readonly bulk: ((batch: readonly ThreePid[]) => Promise<readonly FoundMapping[]>) | null
}

export interface LookupLimits {
  readonly batchSize: number
  /** How many single questions are under way at once. */
  readonly concurrency: number
}

/**
 * One address is asked alone, several are asked in batches; what the directory lacks is made up for by the other way.
 * Texts that are no canonical address are not asked at all: no directory can have them, and they break some.
 */
export async function lookUp(
  addresses: readonly ThreePid[],
  ways: LookupWays,
  limits: LookupLimits,
): Promise<readonly FoundMapping[]> {
  const askable = addresses.filter(({ medium, address }) => canonicalAddress(medium, address) === address)
  const { single, bulk } = ways
  if (askable.length === 0) return []
  if (single !== null && (askable.length === 1 || bulk === null)) {
    return inParallel(askable, limits.concurrency, single)
  }
  return bulk === null ? [] : inParallel(batchesOf(askable, limits.batchSize), 1, bulk)
}

function batchesOf<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const count = Math.ceil(items.length / size)
  return Array.from({ length: count }, (_, i) => items.slice(i * size, (i + 1) * size))
}

/** Runs `work` for each item, a few at a time. The first failure is the answer, and nothing new begins after it. */
async function inParallel<T, R>(
  items: readonly T[],
  concurrency: number,
  work: (item: T) => Promise<readonly R[]>,
): Promise<readonly R[]> {
  const results: R[][] = []
  const queue = items.entries()
  let failed = false
  async function worker(): Promise<void> {
    for (const [index, item] of queue) {
      if (failed) return
      try {
        results[index] = [...(await work(item))]
      } catch (error) {
        failed = true
        throw error
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker))
  return results.flat()
}
