import { invitationMeter, meterNames } from '../../../src/activity/counters/count-entry.ts'
import { HOUR_MS, MINUTE_MS } from '../../../src/activity/counters/counters.ts'
import { meterIn, toText, type Meters } from '../../../src/activity/counters/meter.ts'
import { insertActivity, type NewActivityRow } from '../../../src/activity/log/store.ts'
import type { Storage } from '../../../src/storage/storage.ts'

/** A month that looks as if people had lived in it: busy by day, calm by night, with one bad hour yesterday. */
export async function writeHistory(
  { db }: Storage,
  now: number,
  dependencies: readonly string[],
): Promise<void> {
  const rows = [
    ...steps(now, HOUR_MS, 30 * 24).map((at) => ({ step: 'hour' as const, at, scale: 60 })),
    ...steps(now, MINUTE_MS, 24 * 60).map((at) => ({ step: 'minute' as const, at, scale: 1 })),
  ].map(({ scale, ...row }) => ({
    ...row,
    process: 'history',
    meters: toText(metersAt(row.at, now, scale, dependencies)),
  }))
  for (let i = 0; i < rows.length; i += 500) {
    await db
      .insertInto('activity_counts')
      .values(rows.slice(i, i + 500))
      .execute()
  }
}

function steps(now: number, stepMs: number, count: number): number[] {
  const last = now - (now % stepMs)
  return Array.from({ length: count }, (_, index) => last - (count - index) * stepMs)
}

function metersAt(at: number, now: number, scale: number, dependencies: readonly string[]): Meters {
  const meters: Meters = new Map()
  const hour = (at / HOUR_MS) % 24
  const bustle = Math.max(0.05, Math.sin(((hour - 6) / 24) * 2 * Math.PI)) * (1 + 0.3 * Math.sin(at / 4e6))
  const lookups = Math.ceil(90 * scale * bustle)
  const isBad = Math.abs(now - 20 * HOUR_MS - at) < HOUR_MS
  const add = (name: string, calls: number, ms: number, failures = 0) => {
    const meter = meterIn(meters, name)
    meter.calls += calls
    meter.failures += failures
    for (let i = 0; i < Math.min(calls, 40); i++)
      meter.times.add(ms * (0.5 + (i % 8) / 8) * (i % 20 === 19 ? 4 : 1))
  }
  add(meterNames.lookups, lookups, isBad ? 60 : 3)
  add(meterNames.asked, lookups * 4, 0)
  add(meterNames.found, lookups * 3, 0)
  add(meterNames.bound, Math.round(lookups / 40), 0)
  add(meterNames.validationsStarted, Math.round(lookups / 25), 0)
  add(meterNames.validationsFinished, Math.round(lookups / 40), 0)
  add(meterNames.sent, Math.round(lookups / 20), 0)
  add(meterNames.refused, isBad ? Math.round(scale / 3) : 0, 0)
  for (const [state, share] of [
    ['pending', 60],
    ['delivered', 80],
    ['accepted', 100],
  ] as const) {
    add(invitationMeter(state), Math.round(lookups / share), 0)
  }
  for (const id of dependencies) {
    add(id, Math.ceil(lookups / 2), 12, isBad ? Math.ceil(lookups / 3) : 0)
  }
  return meters
}

/** So many lookups of the last hours, as rows of the log. */
export async function writeLookups({ db }: Storage, count: number, now: number): Promise<void> {
  const rows = Array.from({ length: count }, (_, index) =>
    lookupRow(count - index, now - (count - index) * 1_000),
  )
  for (let i = 0; i < rows.length; i += 1_000) await insertActivity(db, rows.slice(i, i + 1_000))
}

function lookupRow(number: number, at: number): NewActivityRow {
  const isFound = number % 3 !== 0
  return {
    at,
    kind: 'lookup',
    action: 'request',
    outcome: isFound ? 'ok' : 'nothing',
    medium: 'email',
    address: `p***@e***.org`,
    subject: `subject-${number % 500}`,
    mxid: isFound ? `@person${number % 500}:example.org` : null,
    user_id: `@asking${number % 40}:example.org`,
    server: null,
    ip: null,
    source: isFound ? 'association' : null,
    duration_ms: number % 17,
    code: null,
    reason: null,
    details: JSON.stringify({ algorithm: 'sha256', asked: 1, found: isFound ? 1 : 0 }),
    request: null,
    origin: null,
  }
}
