import type { Activity } from '../activity/activity.ts'
import type { Metrics } from '../activity/metrics.ts'
import type { ObserveAsked } from '../backends/ask.ts'
import type { SyncOutcome } from '../backends/sync/run-sync.ts'
import type { Config } from '../config/schema.ts'
import type { ObservePeer } from '../federation/ask-peer.ts'
import type { Clock } from '../runtime.ts'
import type { DeliveryAttempt } from '../notify/delivery-watch.ts'
import { observeDelivery } from './deliveries.ts'
import { hostOf, hostsOfBackend } from './hosts.ts'

/** What the parts that talk to others tell of it, once for metrics, log, numbers and health together. */
export interface Observers {
  readonly askedBackend: ObserveAsked
  readonly askedPeer: ObservePeer
  synced(backend: string, outcome: SyncOutcome, ms: number): void
  delivered(attempt: DeliveryAttempt): void
  /** The question to a homeserver, observed. */
  askingHomeserver<T>(serverName: string, ask: () => Promise<T>): Promise<T>
}

export interface ObserverOptions {
  readonly activity: Activity
  readonly metrics: () => Metrics
  readonly config: () => Config
  readonly clock: Clock
}

export function createObservers(options: ObserverOptions): Observers {
  const { activity, metrics, config, clock } = options
  const { recorder, dependencies, hosts } = activity

  /** Of one outside host that was contacted, on behalf of a dependency. */
  function contacted(
    names: readonly string[],
    ...[purpose, ok]: [Parameters<typeof hosts.contacted>[1], boolean]
  ) {
    // Of several servers of one directory the first is the one that is asked, unless it is down.
    const [first] = names
    if (first !== undefined) hosts.contacted(first, purpose, ok)
  }

  return {
    askedBackend(backend, use, outcome, ms, failure) {
      metrics().askedBackend(backend, use, outcome, ms)
      // A question that the directory refuses as such says that it is there.
      const ok = failure === null || failure.code === 'query'
      dependencies.called({ kind: 'backend', name: backend }, { ok, ms, ...reasonOf(failure) })
      const section = config().backends.find(({ id }) => id === backend)
      if (section !== undefined) contacted(hostsOfBackend(section), 'backend', ok)
    },

    askedPeer({ kind, source, outcome, ms, addresses, found, failure }) {
      metrics().askedPeer(kind, outcome, ms)
      const ok = failure === null && outcome !== 'failed'
      const name = source.slice(source.indexOf(' ') + 1)
      const asKind = kind === 'federation' ? 'peer' : kind
      dependencies.called({ kind: asKind, name }, { ok, ms, ...reasonOf(failure) })
      contacted(kind === 'federation' ? [name] : hostOf(name), asKind, ok)
      const [only] = addresses.length === 1 ? addresses : []
      recorder.record({
        kind: 'federation-out',
        action: 'request',
        outcome: outcome === 'found' ? 'ok' : outcome === 'unknown' ? 'nothing' : 'failed',
        source,
        durationMs: ms,
        code: failure?.code ?? null,
        reason: failure?.message ?? null,
        details: { asked: addresses.length, found },
        ...(only === undefined ? {} : { address: only }),
      })
    },

    synced(backend, outcome, ms) {
      const base = { kind: 'sync', action: 'sync', source: backend, durationMs: ms } as const
      if (!outcome.ok) {
        const { code, message } = outcome.failure
        recorder.record({ ...base, outcome: 'failed', code, reason: message })
        return
      }
      const { added, changed, removed, people, conflicts } = outcome.result
      recorder.record({ ...base, outcome: 'ok', details: { added, changed, removed, people, conflicts } })
    },

    delivered(attempt) {
      metrics().delivered(attempt.entry.kind, attempt.result.result)
      observeDelivery(activity, config(), attempt)
    },

    async askingHomeserver(serverName, ask) {
      const begun = clock.now()
      const isOwn = serverName === config().matrix.domain
      const tell = (ok: boolean, error?: unknown) => {
        hosts.contacted(serverName, 'homeserver', ok)
        const reason = error instanceof Error ? { reason: error.message } : {}
        const call = { ok, ms: clock.now() - begun, ...reason }
        if (isOwn) dependencies.called({ kind: 'homeserver', name: serverName }, call)
      }
      try {
        const answer = await ask()
        tell(true)
        return answer
      } catch (error) {
        // A homeserver that refuses a token works.
        tell(isRefusal(error), error)
        throw error
      }
    },
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'status' in error && typeof error.status === 'number' && error.status < 500
}

function reasonOf(failure: { readonly code: string; readonly message: string; readonly fix: string } | null) {
  return failure === null ? {} : { code: failure.code, reason: failure.message, fix: failure.fix }
}
