import type { Runtime } from '../../runtime.ts'
import type { Storage } from '../../storage/storage.ts'
import type { ActivityEntry, Recorder } from './entry.ts'
import { lossRow, newRow, type RowRules } from './new-row.ts'
import type { ActivityRow } from './row.ts'
import { insertActivity } from './store.ts'

export interface ActivityLogOptions extends RowRules {
  readonly storage: Storage
  readonly runtime: Runtime
  /** Told of rows once they are stored. */
  readonly written: (rows: readonly ActivityRow[]) => void
}

/** The activity log: rows are gathered in memory and written some hundred at a time, while nobody waits for them. */
export interface ActivityLog extends Recorder {
  /** Rows left out since the start, because there were too many at once or the database refused them. */
  lost(): number
  /** Writes what waits. Never rejects. */
  flush(): Promise<void>
  /** The same, for the last time. */
  stop(): Promise<void>
}

interface Waiting {
  readonly entry: ActivityEntry
  readonly at: number
}

const FLUSH_MS = 1_000
/** So many waiting rows are not kept waiting any longer... */
const FLUSH_ROWS = 200
/** ...but the database gets a rest between two writes: on SQLite everybody waits for the one under way. */
const REST_MS = 250
/** Rows in one statement: some milliseconds in which SQLite answers nobody else. */
const BATCH = 200
const CAPACITY = 4_000
/** Dropped at once when it is full: one by one would cost the busiest moment most. */
const DROP = 400

export function createActivityLog(options: ActivityLogOptions): ActivityLog {
  const { storage, runtime } = options
  const { clock, log } = runtime
  /** As they came: what a row costs to make, nobody waits for. */
  let waiting: Waiting[] = []
  let timer: NodeJS.Timeout | null = null
  let urgent = false
  let writing: Promise<void> = Promise.resolve()
  let lost = 0
  let reported = 0
  let stopped = false

  function plan(ms: number): void {
    if (stopped) return
    if (timer !== null) clearTimeout(timer)
    timer = setTimeout(() => {
      timer = null
      urgent = false
      writing = writing.then(writeBatch).then(() => {
        if (waiting.length > 0) plan(waiting.length >= FLUSH_ROWS ? REST_MS : FLUSH_MS)
      })
    }, ms)
    timer.unref()
  }

  async function writeBatch(): Promise<void> {
    const batch = waiting.slice(0, BATCH).map(({ entry, at }) => newRow(entry, at, options))
    waiting = waiting.slice(BATCH)
    if (lost > reported) batch.push(lossRow(lost - reported, clock.now()))
    if (batch.length === 0) return
    const before = reported
    reported = lost
    try {
      const rows = await insertActivity(storage.db, batch)
      if (rows.length > 0) options.written(rows)
    } catch (error) {
      // What cannot be written is counted, and told once the database takes rows again.
      reported = before
      lost += batch.filter(({ kind }) => kind !== 'loss').length
      log.warn({ err: error, rows: batch.length }, 'rows of the activity log could not be written')
    }
  }

  async function flush(): Promise<void> {
    await writing
    while (waiting.length > 0) {
      writing = writeBatch()
      await writing
    }
  }

  return {
    record(entry) {
      if (stopped) return
      if (waiting.length >= CAPACITY) {
        waiting.splice(0, DROP)
        lost += DROP
      }
      waiting.push({ entry, at: clock.now() })
      if (timer === null) plan(FLUSH_MS)
      else if (!urgent && waiting.length >= FLUSH_ROWS) {
        urgent = true
        plan(REST_MS)
      }
    },
    hasRoom: () => waiting.length < FLUSH_ROWS,
    lost: () => lost,
    flush,
    async stop() {
      stopped = true
      if (timer !== null) clearTimeout(timer)
      await flush()
    },
  }
}
