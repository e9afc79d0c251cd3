/** `work` on each item, on at most `limit` of them at a time. Rejects with the first failure; the rest is not begun. */
export async function inParallel<I, O>(
  items: readonly I[],
  limit: number,
  work: (item: I) => Promise<O>,
): Promise<O[]> {
  const results: O[] = []
  let next = 0
  let failed = false
  async function worker(): Promise<void> {
    while (next < items.length && !failed) {
      const index = next++
      try {
        results[index] = await work(items[index] as I)
      } catch (error) {
        failed = true
        throw error
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker))
  return results
}
