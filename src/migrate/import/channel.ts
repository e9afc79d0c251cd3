/** Passes values from something that calls to something that iterates. Only the newest is kept while nobody reads. */
export interface Channel<T> {
  send(value: T): void
  /** Ends with the work: its values, then its result or its error. */
  during<R>(work: Promise<R>): AsyncGenerator<T, R>
}

export function createChannel<T>(): Channel<T> {
  let newest: { value: T } | null = null
  let arrived = Promise.withResolvers<void>()

  return {
    send(value) {
      newest = { value }
      arrived.resolve()
    },
    async *during(work) {
      // The error is told at the end; until then nobody waits for it.
      const over = work.then(
        () => true,
        () => true,
      )
      for (;;) {
        const isOver = await Promise.race([over, arrived.promise.then(() => false)])
        if (isOver) return await work
        arrived = Promise.withResolvers()
        if (newest === null) continue
        const { value } = newest
        newest = null
        yield value
      }
    },
  }
}
