import type { Runtime } from '../../runtime.ts'
import type { Storage } from '../../storage/storage.ts'
import { addMeters, addText, meterIn, toText, type Meter, type Meters } from './meter.ts'

/** Counts what happens by the minute and by the hour: in memory at once, in storage once a minute. */
export interface Counters {
  /** Something happened, `by` times. */
  count(name: string, by?: number): void
  /** Something was done, in so many milliseconds. */
  measure(name: string, ms: number, ok: boolean): void
  /** The last whole minute. */
  lastMinute(name: string): Pick<Meter, 'calls' | 'failures'>
  /** The last ten minutes, this one included. */
  lately(name: string): Meter
  /** Since midnight, local time, over all processes on this database. */
  today(name: string): number
  /** Everything counted from `from` on, one set of meters for each step; what is not yet stored included. */
  read(step: 'minute' | 'hour', from: number): Promise<ReadonlyMap<number, Meters>>
  /** Reads what was counted today before the start, and begins to write. */
  start(): Promise<void>
  /** Writes what is not stored yet. */
  stop(): Promise<void>
}

export interface CountersOptions {
  readonly storage: Storage
  readonly runtime: Runtime
  /** Names this process in the rows: each writes its own, and readers add them up. */
  readonly processId: string
}

export const MINUTE_MS = 60_000
export const HOUR_MS = 3_600_000
const LATELY_MINUTES = 10
/** Those that `read` may find in memory only, with some to spare for a database that is away. */
const MINUTES_HELD = 60
const HOURS_HELD = 26

export function createCounters({ storage, runtime, processId }: CountersOptions): Counters {
  const { clock, log } = runtime
  const minutes = new Map<number, Meters>()
  const hours = new Map<number, Meters>()
  const unwritten = new Set<number>()
  /** Of other processes, and of this one before its start. */
  let others: { readonly midnight: number; readonly meters: Meters } = { midnight: 0, meters: new Map() }
  let timer: NodeJS.Timeout | null = null
  let writing: Promise<void> = Promise.resolve()

  /** The meters of this minute and this hour. */
  function current(): readonly [Meters, Meters] {
    const now = clock.now()
    const minute = now - (now % MINUTE_MS)
    unwritten.add(minute)
    return [held(minutes, minute, MINUTES_HELD), held(hours, now - (now % HOUR_MS), HOURS_HELD)]
  }

  async function write(): Promise<void> {
    const now = clock.now()
    const done = [...unwritten].filter((at) => at + MINUTE_MS <= now || timer === null)
    const hourRows = new Set(done.map((at) => at - (at % HOUR_MS)))
    for (const at of done) await put('minute', at, minutes.get(at))
    for (const at of hourRows) await put('hour', at, hours.get(at))
    for (const at of done) unwritten.delete(at)
    await readOthers()
  }

  async function put(step: 'minute' | 'hour', at: number, meters: Meters | undefined): Promise<void> {
    if (meters === undefined) return
    const text = toText(meters)
    await storage.db
      .insertInto('activity_counts')
      .values({ step, at, process: processId, meters: text })
      .onConflict((conflict) => conflict.columns(['step', 'at', 'process']).doUpdateSet({ meters: text }))
      .execute()
  }

  async function readOthers(): Promise<void> {
    const midnight = midnightBefore(clock.now())
    const rows = await storage.db
      .selectFrom('activity_counts')
      .select('meters')
      .where('step', '=', 'hour')
      .where('at', '>=', midnight)
      .where('process', '<>', processId)
      .execute()
    const meters: Meters = new Map()
    for (const row of rows) addText(meters, row.meters)
    others = { midnight, meters }
  }

  const writeSafely = () =>
    write().catch((error: unknown) => log.warn({ err: error }, 'what was counted could not be written'))

  return {
    count(name, by = 1) {
      for (const meters of current()) meterIn(meters, name).calls += by
    },
    measure(name, ms, ok) {
      for (const meters of current()) {
        const meter = meterIn(meters, name)
        meter.calls += 1
        if (!ok) meter.failures += 1
        meter.times.add(ms)
      }
    },
    lastMinute(name) {
      const now = clock.now()
      return minutes.get(now - (now % MINUTE_MS) - MINUTE_MS)?.get(name) ?? { calls: 0, failures: 0 }
    },
    lately(name) {
      const since = clock.now() - LATELY_MINUTES * MINUTE_MS
      const sum: Meters = new Map()
      for (const [at, meters] of minutes) {
        const meter = meters.get(name)
        if (at >= since && meter !== undefined) addMeters(sum, new Map([[name, meter]]))
      }
      return meterIn(sum, name)
    },
    today(name) {
      const midnight = midnightBefore(clock.now())
      const own = [...hours]
        .filter(([at]) => at >= midnight)
        .map(([, meters]) => meters.get(name)?.calls ?? 0)
      const before = others.midnight === midnight ? (others.meters.get(name)?.calls ?? 0) : 0
      return own.reduce((sum, calls) => sum + calls, before)
    },
    async read(step, from) {
      const rows = await storage.db
        .selectFrom('activity_counts')
        .select(['at', 'meters', 'process'])
        .where('step', '=', step)
        .where('at', '>=', from)
        .execute()
      const own = step === 'minute' ? minutes : hours
      const steps = new Map<number, Meters>()
      for (const { at, meters, process } of rows) {
        // Memory is never behind the row that was made of it.
        if (process === processId && own.has(Number(at))) continue
        addText(heldIn(steps, Number(at)), meters)
      }
      for (const [at, meters] of own) if (at >= from) addMeters(heldIn(steps, at), meters)
      return steps
    },
    async start() {
      await readOthers()
      timer = setInterval(() => void (writing = writing.then(writeSafely)), MINUTE_MS)
      timer.unref()
    },
    async stop() {
      if (timer !== null) clearInterval(timer)
      timer = null
      await writing
      await writeSafely()
    },
  }
}

function heldIn(steps: Map<number, Meters>, at: number): Meters {
  return held(steps, at, Number.POSITIVE_INFINITY)
}

/** The meters of one step; the oldest step gives way to a new one when there are `most`. */
function held(steps: Map<number, Meters>, at: number, most: number): Meters {
  const known = steps.get(at)
  if (known !== undefined) return known
  const fresh: Meters = new Map()
  steps.set(at, fresh)
  for (const oldest of steps.keys()) {
    if (steps.size <= most) break
    steps.delete(oldest)
  }
  return fresh
}

/** Of the clock on the wall where Signpost runs: what an administrator calls today. */
function midnightBefore(now: number): number {
  return new Date(now).setHours(0, 0, 0, 0)
}
