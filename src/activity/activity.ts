import type { KeyRing } from '../keys/key-ring.ts'
import type { Runtime } from '../runtime.ts'
import type { Storage } from '../storage/storage.ts'
import { countEntry, countInvitations } from './counters/count-entry.ts'
import { createCounters, type Counters } from './counters/counters.ts'
import { createDependencies, type Dependencies, type DependencyHealth } from './counters/dependencies.ts'
import { createOutsideHosts, type OutsideHosts } from './counters/outside-hosts.ts'
import { createActivityLog, type ActivityLog } from './log/activity-log.ts'
import type { Recorder } from './log/entry.ts'
import { followInvitations } from './log/follow-invitations.ts'
import type { ShownAddresses } from './log/new-row.ts'
import type { ActivityRow } from './log/row.ts'

export interface ActivityOptions {
  readonly storage: Storage
  readonly runtime: Runtime
  readonly keyRing: Pick<KeyRing, 'derive'>
  readonly processId: string
  readonly addresses: () => ShownAddresses
  /** Told of rows once they are stored. */
  readonly written: (rows: readonly ActivityRow[]) => void
  readonly dependencyChanged: (health: DependencyHealth) => void
}

/** What happens here: as rows, as numbers, and as the health of what Signpost depends on. */
export interface Activity {
  /** For the features: one call counts and logs. */
  readonly recorder: Recorder
  readonly log: Pick<ActivityLog, 'lost' | 'flush'>
  readonly counters: Counters
  readonly dependencies: Dependencies
  readonly hosts: OutsideHosts
  start(): Promise<void>
  /** Stores what is not stored yet. */
  stop(): Promise<void>
}

/** How soon a change of an invitation is in the log: also one that another process made. */
const FOLLOW_MS = 2_000
const HOSTS_MS = 60_000

export function createActivity(options: ActivityOptions): Activity {
  const { storage, runtime } = options
  const counters = createCounters(options)
  const dependencies = createDependencies({
    clock: runtime.clock,
    counters,
    changed: options.dependencyChanged,
  })
  const hosts = createOutsideHosts(storage, runtime)
  const log = createActivityLog({
    ...options,
    written(rows) {
      // Every process sees every invitation, and one of them writes its row: the one that counts it.
      countInvitations(counters, rows)
      options.written(rows)
    },
  })
  const invitations = followInvitations(storage, runtime, log)
  const timers: NodeJS.Timeout[] = []
  let following: Promise<void> = Promise.resolve()

  return {
    recorder: {
      record(entry) {
        countEntry(counters, entry)
        log.record(entry)
      },
      hasRoom: () => log.hasRoom(),
    },
    log,
    counters,
    dependencies,
    hosts,
    async start() {
      await counters.start()
      await invitations.begin()
      timers.push(
        setInterval(() => void (following = following.then(invitations.catchUp)), FOLLOW_MS).unref(),
        setInterval(() => void hosts.write(), HOSTS_MS).unref(),
      )
    },
    async stop() {
      for (const timer of timers) clearInterval(timer)
      await following
      await invitations.catchUp()
      await log.stop()
      await hosts.write()
      await counters.stop()
    },
  }
}
