import { z } from 'zod'
import { createHistogram, type Histogram } from './histogram.ts'

/** What was counted of one thing in one stretch of time. */
export interface Meter {
  calls: number
  failures: number
  readonly times: Histogram
}

/** Meters by name. */
export type Meters = Map<string, Meter>

/** As they are stored: `{name: [calls, failures, times by bucket]}`. */
const storedMeters = z.record(z.string(), z.tuple([z.number(), z.number(), z.array(z.number())]))

export function meterIn(meters: Meters, name: string): Meter {
  const known = meters.get(name)
  if (known !== undefined) return known
  const fresh = { calls: 0, failures: 0, times: createHistogram() }
  meters.set(name, fresh)
  return fresh
}

export function addMeters(to: Meters, from: Meters): void {
  for (const [name, { calls, failures, times }] of from)
    addTo(meterIn(to, name), calls, failures, times.counts())
}

export function toText(meters: Meters): string {
  const entries = [...meters].map(([name, { calls, failures, times }]) => [
    name,
    [calls, failures, times.counts()],
  ])
  return JSON.stringify(Object.fromEntries(entries))
}

/** Adds what `toText` made. Text that is none of it counts nothing: a chart with a gap is better than no chart. */
export function addText(to: Meters, text: string): void {
  for (const [name, [calls, failures, times]] of Object.entries(readText(text))) {
    addTo(meterIn(to, name), calls, failures, times)
  }
}

function readText(text: string): z.infer<typeof storedMeters> {
  try {
    return storedMeters.parse(JSON.parse(text))
  } catch {
    return {}
  }
}

function addTo(meter: Meter, calls: number, failures: number, times: readonly number[]): void {
  meter.calls += calls
  meter.failures += failures
  meter.times.merge(times)
}
