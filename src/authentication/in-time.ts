/** What comes of `work`, or `otherwise` after `patienceMs` milliseconds; `work` then goes on, and nobody hears of its end. */
export async function inTime<T>(work: Promise<T>, patienceMs: number, otherwise: T): Promise<T> {
  const { promise: tooLong, resolve } = Promise.withResolvers<T>()
  const timer = setTimeout(() => resolve(otherwise), patienceMs)
  try {
    return await Promise.race([work, tooLong])
  } finally {
    clearTimeout(timer)
  }
}
