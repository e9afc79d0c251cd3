import type { ActivityRow } from '../../../../src/activity/log/row.ts'

/** A stretch of the log without gaps, the newest first. */
export interface FeedRows {
  readonly rows: readonly ActivityRow[]
  /** Older ones exist. */
  readonly hasMore: boolean
}

/**
 * More than this is not held while the log grows: the oldest go, and are read again when somebody scrolls to them. So a
 * page that is open for a day needs no more memory than one that was opened now.
 */
export const mostRows = 1_000

export const newestId = ({ rows: [first] }: FeedRows): number => first?.id ?? 0

/** Puts what just happened before the rest. `arrived` has the oldest first, and may repeat what is there. */
export function prepend(
  feed: FeedRows,
  { rows: arrived, skipped }: { readonly rows: readonly ActivityRow[]; readonly skipped: number },
): FeedRows {
  const newest = newestId(feed)
  const fresh = arrived.filter(({ id }) => id > newest).reverse()
  if (fresh.length === 0) return feed
  // Rows between these and the rest did not come along: what is older is read again on demand, without a gap.
  if (skipped > 0) return { rows: fresh, hasMore: true }
  const rows = [...fresh, ...feed.rows]
  return rows.length <= mostRows ? { ...feed, rows } : { rows: rows.slice(0, mostRows), hasMore: true }
}

export function append(feed: FeedRows, older: FeedRows): FeedRows {
  const last = feed.rows.at(-1)?.id ?? Infinity
  return { rows: [...feed.rows, ...older.rows.filter(({ id }) => id < last)], hasMore: older.hasMore }
}
