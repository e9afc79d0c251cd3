import { LRUCache } from 'lru-cache'
import type { Clock } from '../../runtime.ts'
import type { Counters } from './counters.ts'
import type { DependencyState } from './dependency-state.ts'

export type DependencyKind = 'backend' | 'homeserver' | 'peer' | 'central' | 'bridge' | 'mail' | 'sms'

/** What Signpost needs of others. */
export interface Dependency {
  readonly kind: DependencyKind
  /** A backend's id, a domain, a URL; empty where there is only one. */
  readonly name: string
}

/** How one call went. */
export interface Call {
  readonly ok: boolean
  readonly ms: number
  readonly code?: string
  /** In words, without full addresses. */
  readonly reason?: string
  readonly fix?: string | null
}

export interface Failure {
  readonly at: number
  readonly code: string
  readonly reason: string
  readonly fix: string | null
}

export interface DependencyHealth extends Dependency {
  readonly id: string
  readonly state: DependencyState
  /** Since when it is in this state. */
  readonly since: number
  readonly lastAt: number
  readonly lastError: Failure | null
}

/** How each of them has answered since the start. */
export interface Dependencies {
  called(dependency: Dependency, call: Call): void
  /** Null: it was not called yet. */
  health(id: string): DependencyHealth | null
  all(): readonly DependencyHealth[]
}

export interface DependenciesOptions {
  readonly clock: Clock
  readonly counters: Pick<Counters, 'measure'>
  /** Told when one comes or goes. */
  readonly changed: (health: DependencyHealth) => void
}

/** Peers are many, and strangers decide which: the ones of long ago give way. */
const MAX_HELD = 500
/** One that failed so lately is not called well again by one answer. */
const DOUBT_MS = 600_000

/** `backend list`, `mail`: how events, charts and map call it. */
export function dependencyId({ kind, name }: Dependency): string {
  return name === '' ? kind : `${kind} ${name}`
}

export function createDependencies({ clock, counters, changed }: DependenciesOptions): Dependencies {
  const held = new LRUCache<string, DependencyHealth>({ max: MAX_HELD })

  /** `warning`: it works, but did not a moment ago. That passes by itself. */
  function asOfNow(health: DependencyHealth): DependencyHealth {
    const doubtEnds = (health.lastError?.at ?? 0) + DOUBT_MS
    if (health.state !== 'warning' || clock.now() < doubtEnds) return health
    return { ...health, state: 'ok', since: doubtEnds }
  }

  return {
    called(dependency, call) {
      const id = dependencyId(dependency)
      counters.measure(id, call.ms, call.ok)
      const before = held.get(id)
      const health = nextHealth(dependency, before, call, clock.now())
      held.set(id, health)
      if (before?.state !== health.state && (before !== undefined || !call.ok)) changed(health)
    },
    health(id) {
      const health = held.get(id)
      return health === undefined ? null : asOfNow(health)
    },
    all: () => [...held.values()].map(asOfNow),
  }
}

function nextHealth(
  dependency: Dependency,
  before: DependencyHealth | undefined,
  { ok, code = 'failed', reason = '', fix = null }: Call,
  now: number,
): DependencyHealth {
  const lastError = ok ? (before?.lastError ?? null) : { at: now, code, reason, fix }
  const isDoubtful = lastError !== null && now - lastError.at < DOUBT_MS
  const well = isDoubtful ? 'warning' : 'ok'
  const state = ok ? well : 'problem'
  const since = before?.state === state ? before.since : now
  return { ...dependency, id: dependencyId(dependency), state, since, lastAt: now, lastError }
}
