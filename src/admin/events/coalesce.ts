import type { EventData, LiveEvent } from './catalogue.ts'

/** Keeps what comes often from going out more often than a person can read. */
export interface Coalescing {
  /** True for an event that goes out later, together with others of its kind. */
  take(event: LiveEvent): boolean
  stop(): void
}

const ACTIVITY_MS = 250
const NUMBERS_MS = 500
/** Rows in one event: a screenful. */
const MOST_ROWS = 60

export function createCoalescing(send: (event: LiveEvent) => void): Coalescing {
  let rows: EventData<'activity'>['rows'] = []
  let skipped = 0
  let numbers: EventData<'numbers'> | null = null
  let sentNumbers = ''

  const activity = paced(ACTIVITY_MS, () => {
    send({ type: 'activity', data: { rows, skipped } })
    rows = []
    skipped = 0
  })
  const latest = paced(NUMBERS_MS, () => {
    const text = JSON.stringify(numbers)
    if (numbers === null || text === sentNumbers) return
    sentNumbers = text
    send({ type: 'numbers', data: numbers })
  })

  return {
    take(event) {
      if (event.type === 'activity') {
        // The newest are the ones that are looked at.
        const all = [...rows, ...event.data.rows]
        rows = all.slice(-MOST_ROWS)
        skipped += event.data.skipped + all.length - rows.length
        activity.call()
        return true
      }
      if (event.type !== 'numbers') return false
      numbers = event.data
      latest.call()
      return true
    },
    stop() {
      activity.stop()
      latest.stop()
    },
  }
}

/** Runs `work` at once, and then no sooner than `everyMs` after the last time. */
function paced(everyMs: number, work: () => void): { call(): void; stop(): void } {
  let timer: NodeJS.Timeout | null = null
  let wanted = false
  const rest = () => {
    timer = setTimeout(() => {
      timer = null
      if (!wanted) return
      wanted = false
      work()
      rest()
    }, everyMs)
    timer.unref()
  }
  return {
    call() {
      if (timer !== null) {
        wanted = true
        return
      }
      work()
      rest()
    },
    stop() {
      if (timer !== null) clearTimeout(timer)
    },
  }
}
