import type { EventData } from '../../../../src/admin/events/catalogue.ts'
import type { AnswerOf } from '../../../api/client.ts'
import { append, newestId, prepend, type FeedRows } from './feed-rows.ts'

type Answer = AnswerOf<'GET /api/activity'>

export interface FeedState extends FeedRows {
  readonly status: 'loading' | 'ready' | 'failed'
  readonly error: unknown
  readonly isFetchingMore: boolean
  readonly isPaused: boolean
  /** New rows that are not shown, while paused. */
  readonly waiting: number
  /** What the last answer told of the log as a whole; null before the first. */
  readonly facts: Pick<Answer, 'lost' | 'keepMs'> | null
}

export interface FeedOptions {
  /** Reads a page of the log under the filters of this feed. */
  readonly read: (page: { before?: number; after?: number; limit?: number }) => Promise<Answer>
  /** Events carry all rows. Only the server knows which of them fit a filter. */
  readonly isFiltered: boolean
}

/** The log as it is shown: pages of the past, and what happens meanwhile, until it is paused. */
export interface Feed {
  readonly state: () => FeedState
  readonly subscribe: (changed: () => void) => () => void
  /** Reads the newest page anew. */
  load(): void
  loadMore(): void
  take(event: EventData<'activity'>): void
  pause(): void
  resume(): void
  stop(): void
}

/** How often the server is asked which of the new rows fit the filters. */
const ASK_MS = 1_000
const MOST_ASKED = 500

export function createFeed({ read, isFiltered }: FeedOptions): Feed {
  const watchers = new Set<() => void>()
  let state: FeedState = {
    ...{ rows: [], hasMore: false, status: 'loading', error: null },
    ...{ isFetchingMore: false, isPaused: false, waiting: 0, facts: null },
  }
  /** What came while the first page was on its way. */
  let early: EventData<'activity'>[] = []
  let asking: ReturnType<typeof setTimeout> | null = null
  /** Answers to what was asked before belong to nobody any more. */
  let turn = 0

  function become(changes: Partial<FeedState>): void {
    state = { ...state, ...changes }
    for (const watcher of watchers) watcher()
  }

  async function attempt(
    work: (isCurrent: () => boolean) => Promise<void>,
    failed: (error: unknown) => void,
  ): Promise<void> {
    const own = turn
    const isCurrent = () => own === turn
    try {
      await work(isCurrent)
    } catch (error) {
      if (isCurrent()) failed(error)
    }
  }

  function load(): void {
    turn += 1
    early = []
    become({ status: state.rows.length > 0 ? 'ready' : 'loading', isFetchingMore: false, waiting: 0 })
    const own = turn
    void attempt(
      async (isCurrent) => {
        const { rows, next, lost, keepMs } = await read({})
        if (!isCurrent()) return
        let feed: FeedRows = { rows, hasMore: next !== null }
        if (!isFiltered) for (const event of early) feed = prepend(feed, event)
        become({ ...feed, status: 'ready', error: null, facts: { lost, keepMs } })
      },
      (error) => own === turn && become({ status: 'failed', error }),
    )
  }

  function loadMore(): void {
    const before = state.rows.at(-1)?.id
    if (before === undefined || state.isFetchingMore) return
    become({ isFetchingMore: true })
    void attempt(
      async (isCurrent) => {
        const { rows, next } = await read({ before })
        if (isCurrent()) become({ ...append(state, { rows, hasMore: next !== null }), isFetchingMore: false })
      },
      () => become({ isFetchingMore: false }),
    )
  }

  /** Asks which of the rows that came fit, at a calm pace. */
  function askSoon(): void {
    asking ??= setTimeout(() => {
      asking = null
      void attempt(
        async (isCurrent) => {
          const { rows, next } = await read({ after: newestId(state), limit: MOST_ASKED })
          if (!isCurrent() || rows.length === 0) return
          if (state.isPaused) become({ waiting: rows.length })
          else if (next === null) become(prepend(state, { rows, skipped: 0 }))
          else load()
        },
        // The next event asks again.
        () => {},
      )
    }, ASK_MS)
  }

  return {
    state: () => state,
    subscribe(changed) {
      watchers.add(changed)
      return () => watchers.delete(changed)
    },
    load,
    loadMore,
    take(event) {
      if (state.status === 'failed') return
      if (isFiltered) return askSoon()
      if (state.status === 'loading') return void early.push(event)
      if (state.isPaused) become({ waiting: state.waiting + event.rows.length + event.skipped })
      else become(prepend(state, event))
    },
    pause: () => state.isPaused || become({ isPaused: true }),
    resume() {
      if (!state.isPaused) return
      const hasMissed = state.waiting > 0
      become({ isPaused: false, waiting: 0 })
      if (hasMissed) load()
    },
    stop() {
      turn += 1
      if (asking !== null) clearTimeout(asking)
      asking = null
    },
  }
}
