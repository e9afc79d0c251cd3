/**
 * Turns work that reports its progress into something to iterate over. Whoever reads slowly gets the latest report, not
 * all of them; the result of the work comes last. Who stops reading aborts `signal`.
 */
export async function* asProgress<P, R>(
  work: (report: (progress: P) => void, signal: AbortSignal) => Promise<R>,
): AsyncGenerator<P, R> {
  const abort = new AbortController()
  let latest: { readonly progress: P } | null = null
  let wake = () => {}
  const report = (progress: P) => {
    latest = { progress }
    wake()
  }
  let ended = false
  const working = work(report, abort.signal).finally(() => {
    ended = true
    wake()
  })
  // Its error is thrown below; when nobody reads any more, nobody misses it.
  working.catch(() => undefined)
  try {
    for (;;) {
      const news = take()
      if (news !== null) yield news.progress
      else if (ended) return await working
      else await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    if (!ended) abort.abort()
  }

  function take() {
    const news = latest
    latest = null
    return news
  }
}
