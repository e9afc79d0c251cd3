import type { Probe } from './probe.ts'

/** Watches whether a server that runs also answers. */
export interface HealthWatch {
  stop(): void
}

export interface HealthOptions {
  /** Of the admin listener. */
  readonly address: string
  readonly probe: Probe
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

export function watchHealth({ address, probe, failed, pace }: HealthOptions): HealthWatch {
  const { every, timeout } = pace ?? { every: 10_000, timeout: 5_000 }
  let failures = 0
  let isStopped = false
  let timer = setTimeout(() => void look(), every)

  async function look(): Promise<void> {
    // Below 500 the server is at work, whatever it thinks of the question.
    const isFine = await probe(new URL('/health', address), timeout).then(
      (status) => status < 500,
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
