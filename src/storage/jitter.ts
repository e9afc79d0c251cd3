import type { Random } from '../runtime.ts'

/** A number between `low` and `high`, so that processes that failed together do not try again together. */
export function between(random: Random, low: number, high: number): number {
  return low + (random.bytes(4).readUInt32BE() / 2 ** 32) * (high - low)
}
