import type { Random } from '../runtime.ts'
import { randomFraction } from './random-fraction.ts'

export interface SrvRecord {
  /** Host name without trailing dot; `.` in the record that says "there is no such service". */
  readonly target: string
  readonly port: number
  readonly priority: number
  readonly weight: number
}

/** True for the single `.` target by which a domain says that it does not offer the service (RFC 2782). */
export function saysNotAvailable(records: readonly SrvRecord[]): boolean {
  return records.length === 1 && records[0]?.target === '.'
}

/** The order in which targets are tried: lowest priority first, drawn by weight among equals (RFC 2782). */
export function orderSrv(records: readonly SrvRecord[], random: Random): SrvRecord[] {
  const groups = Map.groupBy(records, ({ priority }) => priority)
  return [...groups].sort(([a], [b]) => a - b).flatMap(([, group]) => drawByWeight(group, random))
}

function drawByWeight(group: readonly SrvRecord[], random: Random): SrvRecord[] {
  // Records of weight 0 stand first, so that they keep a small chance next to weighted ones.
  const left = group.toSorted((a, b) => a.weight - b.weight)
  const drawn: SrvRecord[] = []
  while (left.length > 0) {
    const total = left.reduce((sum, { weight }) => sum + weight, 0)
    const mark = Math.floor(randomFraction(random) * (total + 1))
    let running = 0
    const index = left.findIndex(({ weight }) => (running += weight) >= mark)
    drawn.push(...left.splice(index, 1))
  }
  return drawn
}
