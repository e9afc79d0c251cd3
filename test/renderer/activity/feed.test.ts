import { describe, expect, it } from 'vitest'
import { append, mostRows, prepend, type FeedRows } from '../../../renderer/pages/activity/log/feed-rows.ts'
import { createFeed } from '../../../renderer/pages/activity/log/feed.ts'
import type { ActivityRow } from '../../../src/activity/log/row.ts'
import { eventually } from '../../support/poll.ts'

const row = (id: number): ActivityRow => ({
  ...{ id, at: id, kind: 'lookup', action: 'request', outcome: 'ok' },
  ...{ medium: null, address: null, subject: null, mxid: null, source: null, durationMs: null },
  ...{
    requester: { user: null, server: null, ip: null },
    code: null,
    reason: null,
    details: {},
    request: null,
  },
})
/** From the first to the last, both included, in this order. */
const rows = (first: number, last: number) => {
  const step = Math.sign(last - first) || 1
  return Array.from({ length: Math.abs(last - first) + 1 }, (_, index) => row(first + index * step))
}
const ids = (feed: Pick<FeedRows, 'rows'>) => feed.rows.map(({ id }) => id)

describe('the rows that the activity page holds', () => {
  it('take what is new on top, and nothing twice', () => {
    const feed = { rows: rows(3, 1), hasMore: false }
    expect(ids(prepend(feed, { rows: rows(2, 5), skipped: 0 }))).toEqual([5, 4, 3, 2, 1])
    expect(prepend(feed, { rows: rows(1, 3), skipped: 0 })).toBe(feed)
  })

  it('let the oldest go, which can be read again', () => {
    const full = prepend(
      { rows: rows(mostRows, 1), hasMore: false },
      { rows: rows(mostRows + 1, mostRows + 5), skipped: 0 },
    )
    expect(full.rows).toHaveLength(mostRows)
    expect(full.hasMore).toBe(true)
    expect(full.rows.at(-1)?.id).toBe(6)
    expect(ids(append(full, { rows: rows(5, 1), hasMore: false })).slice(-6)).toEqual([6, 5, 4, 3, 2, 1])
  })

  it('have no gap where too much came at once', () => {
    const feed = prepend({ rows: rows(10, 1), hasMore: false }, { rows: rows(31, 40), skipped: 20 })
    expect(ids(feed)).toEqual(rows(40, 31).map(({ id }) => id))
    expect(feed.hasMore).toBe(true)
  })
})

describe('the feed of the activity page', () => {
  const answer = (list: readonly ActivityRow[]) => ({
    ...{ rows: [...list], next: null, lost: 0, keepMs: 1_000 },
    addresses: 'masked' as const,
  })

  it('shows what came while the first page was on its way', async () => {
    const first = Promise.withResolvers<ReturnType<typeof answer>>()
    const feed = createFeed({ read: () => first.promise, isFiltered: false })
    feed.load()
    feed.take({ rows: rows(3, 4), skipped: 0 })
    first.resolve(answer(rows(3, 1)))
    await eventually(() => feed.state().status === 'ready', { what: 'the first page' })
    expect(ids(feed.state())).toEqual([4, 3, 2, 1])
  })

  it('counts while it is paused, and reads anew when it goes on', async () => {
    let known = rows(2, 1)
    const feed = createFeed({ read: async () => answer(known), isFiltered: false })
    feed.load()
    await eventually(() => feed.state().status === 'ready', { what: 'the first page' })
    feed.pause()
    feed.take({ rows: rows(3, 4), skipped: 5 })
    expect(feed.state()).toMatchObject({ isPaused: true, waiting: 7 })
    expect(ids(feed.state())).toEqual([2, 1])
    known = rows(9, 1)
    feed.resume()
    await eventually(() => ids(feed.state())[0] === 9, { what: 'the new rows' })
    expect(feed.state()).toMatchObject({ isPaused: false, waiting: 0 })
  })

  it('gives up the answer to what nobody asks any more', async () => {
    const answers = [
      Promise.withResolvers<ReturnType<typeof answer>>(),
      Promise.withResolvers<ReturnType<typeof answer>>(),
    ]
    let asked = 0
    const feed = createFeed({
      read: () => answers[asked++]?.promise ?? Promise.reject(new Error('asked too often')),
      isFiltered: false,
    })
    feed.load()
    feed.load()
    answers[1]?.resolve(answer(rows(2, 1)))
    await eventually(() => feed.state().status === 'ready', { what: 'the second answer' })
    answers[0]?.resolve(answer(rows(1, 1)))
    await Promise.resolve()
    expect(ids(feed.state())).toEqual([2, 1])
  })
})
