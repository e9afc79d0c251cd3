export interface LookTimes {
  /** Milliseconds to the first look, and from each answer to the next one. */
  readonly firstMs: number
  readonly everyMs: number
}

/** Looks again and again until one look says that it was the last. Returns the way to end it before. */
export function keepLooking(
  look: (signal: AbortSignal) => Promise<boolean>,
  { firstMs, everyMs }: LookTimes,
): () => void {
  const leaving = new AbortController()
  const { signal } = leaving
  const once = async () => {
    const isLast = await look(signal)
    if (!isLast && !signal.aborted) timer = setTimeout(() => void once(), everyMs)
  }
  let timer = setTimeout(() => void once(), firstMs)
  return () => {
    leaving.abort()
    clearTimeout(timer)
  }
}
