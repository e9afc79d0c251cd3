import type { Page } from 'playwright-core'

/** How a page copes with what it is told. */
export interface PageLoad {
  /** Milliseconds of every stretch of 50 ms or more in which the page could do nothing else, since the watch began. */
  longTasks(): Promise<readonly number[]>
  /** Seconds of processor time that its main thread has used so far: what a busy machine does not change. */
  busySeconds(): Promise<number>
  /** Bytes in use after what nobody needs any more is gone. */
  heapBytes(): Promise<number>
  /** Elements in the document. */
  elements(): Promise<number>
}

declare global {
  // Filled inside the page.
  var longTasks: number[] | undefined
}

/** Begins to watch a page that is open already. */
export async function watchLoad(page: Page): Promise<PageLoad> {
  await page.evaluate(() => {
    const seen: number[] = []
    globalThis.longTasks = seen
    new PerformanceObserver((list) =>
      seen.push(...list.getEntries().map(({ duration }) => duration)),
    ).observe(
      // Node knows other kinds than browsers.
      { type: 'longtask' } as never,
    )
  })
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  return {
    longTasks: () => page.evaluate(() => globalThis.longTasks ?? []),
    async busySeconds() {
      const { metrics } = await session.send('Performance.getMetrics')
      return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0
    },
    async heapBytes() {
      await session.send('HeapProfiler.collectGarbage')
      return (await session.send('Runtime.getHeapUsage')).usedSize
    },
    // Not by a function: benches are compiled without the types of the browser.
    elements: () => page.evaluate<number>("document.getElementsByTagName('*').length"),
  }
}
