import type { DependencyHealth } from '../activity/counters/dependencies.ts'
import type { ActivityRow } from '../activity/log/row.ts'
import type { ConfigHolder } from '../config/apply.ts'
import type { Runtime } from '../runtime.ts'
import { createEventHub, type EventHub } from './events/hub.ts'
import { createJobs, type Jobs } from './jobs/jobs.ts'
import type { OverviewNumbers } from './map/shapes.ts'

/** What the console shows while it happens: events, and the long work whose progress they tell. */
export interface Live {
  readonly hub: EventHub
  readonly jobs: Jobs
  readonly written: (rows: readonly ActivityRow[]) => void
  readonly dependencyChanged: (health: DependencyHealth) => void
  /** Tells of every change of the settings, wherever it was made. */
  follow(holder: ConfigHolder): void
  /** Begins to tell the numbers of the overview to whoever looks. */
  start(readNumbers: () => Promise<OverviewNumbers>): void
  stop(): Promise<void>
}

/** How often the numbers are read, while somebody looks. */
const NUMBERS_MS = 1_000

export function createLive(runtime: Runtime): Live {
  const hub = createEventHub(runtime)
  const jobs = createJobs({ runtime, publish: (job) => hub.publish('job', job) })
  let timer: NodeJS.Timeout | null = null
  let reading = false

  return {
    hub,
    jobs,
    written: (rows) => hub.publish('activity', { rows: [...rows], skipped: 0 }),
    dependencyChanged({ id, state, since, lastError }) {
      const failure = state === 'ok' ? null : lastError
      hub.publish('dependency', {
        ...{ id, state, since },
        code: failure?.code ?? null,
        reason: failure?.reason ?? null,
      })
    },
    follow(holder) {
      holder.subscribe({
        name: 'the console',
        check: async () => [],
        // Once all parts have taken the change over, it is known what waits for a restart.
        apply: async () =>
          void setImmediate(() => {
            const waiting = holder.restartNeeded()
            hub.publish('change', { keys: [...waiting], restartNeeded: waiting.length > 0 })
          }),
      })
    },
    start(readNumbers) {
      timer = setInterval(() => {
        if (hub.listeners() === 0 || reading) return
        reading = true
        readNumbers()
          .then((numbers) => hub.publish('numbers', numbers))
          .catch((error: unknown) => runtime.log.warn({ err: error }, 'the numbers could not be read'))
          .finally(() => (reading = false))
      }, NUMBERS_MS)
      timer.unref()
    },
    async stop() {
      if (timer !== null) clearInterval(timer)
      await jobs.stop()
      hub.stop()
    },
  }
}
