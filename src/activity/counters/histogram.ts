/** Times in milliseconds, sorted into buckets that grow by half: any percentile is right to within a fifth. */
export interface Histogram {
  add(ms: number): void
  merge(other: readonly number[]): void
  /** The time that `share` of all stay below; null when there are none. */
  percentile(share: number): number | null
  /** Counts by bucket, from the first to the last that has any. */
  counts(): readonly number[]
}

const SMALLEST_MS = 0.1
const FACTOR = 1.5
/** The last one takes whatever is longer than about 50 seconds. */
const BUCKETS = 34

export function createHistogram(): Histogram {
  const counts: number[] = []
  const put = (bucket: number, count: number) => {
    while (counts.length <= bucket) counts.push(0)
    counts[bucket] = (counts[bucket] ?? 0) + count
  }
  return {
    add: (ms) => put(bucketOf(ms), 1),
    merge: (other) => other.forEach((count, bucket) => put(bucket, count)),
    percentile(share) {
      const all = counts.reduce((sum, count) => sum + count, 0)
      if (all === 0) return null
      let below = 0
      const bucket = counts.findIndex((count) => (below += count) >= all * share)
      return middleOf(bucket)
    },
    counts: () => counts,
  }
}

function bucketOf(ms: number): number {
  if (ms <= SMALLEST_MS) return 0
  return Math.min(BUCKETS - 1, Math.ceil(Math.log(ms / SMALLEST_MS) / Math.log(FACTOR)))
}

/** Geometric middle of a bucket, to two digits: more would be made up. */
function middleOf(bucket: number): number {
  return Number((SMALLEST_MS * FACTOR ** (bucket - 0.5)).toPrecision(2))
}
