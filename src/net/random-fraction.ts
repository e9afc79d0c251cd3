import type { Random } from '../runtime.ts'

/** A uniform number in [0, 1) with 48 random bits. */
export function randomFraction(random: Random): number {
  return random.bytes(6).readUIntBE(0, 6) / 2 ** 48
}
