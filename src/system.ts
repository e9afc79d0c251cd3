import { randomBytes } from 'node:crypto'
import type { Clock, Random } from './runtime.ts'

/** The machine's own clock and random source: the only place that reads them. */
export const systemClock: Clock = { now: () => Date.now() }
export const systemRandom: Random = { bytes: (count) => randomBytes(count) }
