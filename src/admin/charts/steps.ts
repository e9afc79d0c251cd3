import type { Counters } from '../../activity/counters/counters.ts'
import { addMeters, type Meter, type Meters } from '../../activity/counters/meter.ts'
import { startOf, type RangeShape } from './ranges.ts'

/** What was counted in each step; null where nothing was counted at all: Signpost did not run, or had nothing to do. */
export interface Steps {
  readonly from: number
  readonly meters: readonly (Meters | null)[]
}

export async function readSteps(counters: Counters, shape: RangeShape, now: number): Promise<Steps> {
  const from = startOf(shape, now)
  const meters: (Meters | null)[] = Array.from({ length: shape.steps }, () => null)
  for (const [at, counted] of await counters.read(shape.counted, from)) {
    const index = Math.floor((at - from) / shape.stepMs)
    if (index < 0 || index >= shape.steps) continue
    const sum: Meters = meters[index] ?? new Map()
    addMeters(sum, counted)
    meters[index] = sum
  }
  return { from, meters }
}

/** One number a step: 0 where other things were counted and this was not. */
export function seriesOf(
  { meters }: Steps,
  name: string,
  read: (meter: Meter) => number | null,
): (number | null)[] {
  return meters.map((step) => {
    if (step === null) return null
    const meter = step.get(name)
    return meter === undefined ? 0 : read(meter)
  })
}

/** A percentile is no zero where there was nothing to measure. */
export function timesOf({ meters }: Steps, name: string, share: number): (number | null)[] {
  return meters.map((step) => step?.get(name)?.times.percentile(share) ?? null)
}
