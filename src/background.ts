import { purgeActivity } from './activity/log/purge-activity.ts'
import { purgeAdmin } from './admin/purge.ts'
import { expireTo } from './appservice/users.ts'
import type { AppserviceParts } from './appservice-parts.ts'
import type { Config } from './config/schema.ts'
import type { FederationPause } from './federation/pause.ts'
import { expireInvitations } from './invitations/expire.ts'
import { resolveWaiting, type WhichWaiting } from './invitations/resolve-waiting.ts'
import type { Lookup } from './lookup/find.ts'
import type { HashIndex } from './lookup/hash-index.ts'
import { purgeOidc } from './oidc/purge.ts'
import type { Runtime } from './runtime.ts'
import { followClock } from './storage/clock-guard.ts'
import { acquireLease } from './storage/leases.ts'
import { purgeOldRows } from './storage/purge.ts'
import type { Storage } from './storage/storage.ts'

export interface BackgroundOptions {
  readonly storage: Storage
  readonly runtime: Runtime
  readonly config: () => Config
  readonly index: HashIndex
  readonly federationPause: Pick<FederationPause, 'refresh'>
  readonly lookup: Lookup
  readonly processId: string
  readonly appservice: Pick<AppserviceParts, 'attend' | 'purge'>
  readonly wakeOutbox: () => void
}

export interface Background {
  /** Looks for what waits among the people that storage holds: a sync has just changed them. */
  resolveInvitations(): Promise<void>
  /** Ends the duties and waits for the ones under way. */
  stop(): Promise<void>
}

/** How soon a change that another process made (a replica, the command line) is seen here. */
const FOLLOW_MS = 2_000
const CLOCK_MS = 120_000
/** How long the admin room waits for news, and a homeserver for a first question. */
const ATTEND_MS = 15_000
const PURGE_MS = 3_600_000
/** Node's timers fire at once beyond it. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** What Signpost does by itself, each duty in its own rhythm and never twice at once. */
export function startBackground(options: BackgroundOptions): Background {
  const { storage, runtime, config, index } = options
  const stops = [
    repeat(
      'follow mappings',
      () => FOLLOW_MS,
      () => index.maintain(),
    ),
    repeat(
      'follow the pause of federation',
      () => FOLLOW_MS,
      () => options.federationPause.refresh(),
    ),
    repeat(
      'invitations',
      () => config().invitations.resolveEvery,
      async () => {
        if (!(await isMine('invitations', config().invitations.resolveEvery))) return
        const expired = await expireInvitations(storage, runtime, expireTo(config()))
        if (expired > 0) options.wakeOutbox()
        await resolve('all')
      },
    ),
    repeat(
      'application service',
      () => ATTEND_MS,
      async () => {
        if (await isMine('application service', ATTEND_MS)) await options.appservice.attend()
      },
    ),
    repeat(
      'clock',
      () => CLOCK_MS,
      () => followClock(storage.db, runtime),
    ),
    repeat(
      'purge',
      () => PURGE_MS,
      async () => {
        if (!(await isMine('purge', PURGE_MS))) return
        await purgeOldRows(storage, runtime)
        await purgeAdmin(storage, runtime, config())
        await purgeOidc(storage, runtime)
        await options.appservice.purge()
        const { keep: keepMs, maxRows } = config().activity
        await purgeActivity(storage, runtime, { keepMs, maxRows })
      },
    ),
  ]

  async function resolve(which: WhichWaiting): Promise<void> {
    const resolved = await resolveWaiting(storage, runtime, options.lookup, which)
    if (resolved === 0) return
    runtime.log.info({ resolved }, 'waiting invitations have found their people')
    options.wakeOutbox()
  }

  /** Several processes on one database share the work: whoever takes the lease does it this time. */
  function isMine(duty: string, everyMs: number): Promise<boolean> {
    return acquireLease(storage, runtime, duty, options.processId, Math.max(1_000, everyMs * 2))
  }

  function repeat(name: string, everyMs: () => number, duty: () => Promise<void>): () => Promise<void> {
    let timer: NodeJS.Timeout
    let running = Promise.resolve()
    let stopped = false
    const schedule = () => {
      timer = setTimeout(
        () => {
          running = duty()
            .catch((error: unknown) =>
              runtime.log.error({ err: error, duty: name }, 'a background duty failed'),
            )
            .finally(() => stopped || schedule())
        },
        Math.min(everyMs(), LONGEST_TIMER_MS),
      )
      timer.unref()
    }
    schedule()
    return async () => {
      stopped = true
      clearTimeout(timer)
      await running
    }
  }

  return {
    resolveInvitations: () => resolve('stored'),
    stop: async () => void (await Promise.all(stops.map((stop) => stop()))),
  }
}
