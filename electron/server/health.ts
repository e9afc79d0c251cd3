/** Watches whether a server that runs also answers. */
export interface HealthWatch {
  stop(): void
}

export interface HealthOptions {
  /** Of the admin listener. */
  readonly address: string
  readonly fetch: typeof fetch
  /** It has not answered for long. Called once. */
  readonly failed: () => void
  readonly pace?: HealthPace
}

/** Milliseconds. */
export interface HealthPace {
  readonly every: number
  readonly timeout: number
}

/** In a row: a machine that wakes up may need a while. */
const FAILURES = 3

export function watchHealth({ address, fetch, failed, pace }: HealthOptions): HealthWatch {
  const { every, timeout } = pace ?? { every: 10_000, timeout: 5_000 }
  let failures = 0
  let isStopped = false
  let timer = setTimeout(() => void look(), every)

  async function look(): Promise<void> {
    const isFine = await fetch(new URL('/health', address), { signal: AbortSignal.timeout(timeout) }).then(
      async (response) => {
        await response.body?.cancel()
        return response.ok
      },
      () => false,
    )
    if (isStopped) return
    failures = isFine ? 0 : failures + 1
    if (failures >= FAILURES) failed()
    else timer = setTimeout(() => void look(), every)
  }

  return {
    stop() {
      isStopped = true
      clearTimeout(timer)
    },
  }
}
