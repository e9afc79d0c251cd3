import { HOUR_MS, MINUTE_MS } from '../../activity/counters/counters.ts'
import type { chartRanges } from './contract.ts'

export type ChartRange = (typeof chartRanges)[number]

/** How a stretch of time is cut up: into what was counted by the minute, or by the hour. */
export interface RangeShape {
  readonly counted: 'minute' | 'hour'
  readonly stepMs: number
  readonly steps: number
}

export const rangeShapes: Readonly<Record<ChartRange, RangeShape>> = {
  '1h': { counted: 'minute', stepMs: MINUTE_MS, steps: 60 },
  '24h': { counted: 'minute', stepMs: 15 * MINUTE_MS, steps: 96 },
  '7d': { counted: 'hour', stepMs: 2 * HOUR_MS, steps: 84 },
  '30d': { counted: 'hour', stepMs: 8 * HOUR_MS, steps: 90 },
  '1y': { counted: 'hour', stepMs: 96 * HOUR_MS, steps: 92 },
}

/** Beats of a dependency: as many as fit on a screen. */
export const beatShapes: Readonly<Record<ChartRange, RangeShape>> = {
  '1h': { counted: 'minute', stepMs: MINUTE_MS, steps: 60 },
  '24h': { counted: 'minute', stepMs: 16 * MINUTE_MS, steps: 90 },
  '7d': { counted: 'hour', stepMs: 2 * HOUR_MS, steps: 84 },
  '30d': { counted: 'hour', stepMs: 8 * HOUR_MS, steps: 90 },
  '1y': { counted: 'hour', stepMs: 96 * HOUR_MS, steps: 92 },
}

/** Begin of the first step; the last one is the step that `now` is in. */
export function startOf({ stepMs, steps }: RangeShape, now: number): number {
  return now - (now % stepMs) - (steps - 1) * stepMs
}
