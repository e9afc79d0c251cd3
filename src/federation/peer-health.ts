import { LRUCache } from 'lru-cache'
import { createBreaker, type Breaker } from '../backends/breaker.ts'
import type { Runtime } from '../runtime.ts'
import { PeerFailure, unusable } from './peer-failure.ts'

/** Leaves servers alone that fail, so that nobody waits for them in vain. */
export interface PeerHealth {
  /**
   * Runs `work` unless the source failed a moment ago; then, and when `work` fails, throws PeerFailure. A source that is
   * out of reach is left alone for a while after the first failure; one whose answers are of no use, after several.
   */
  guard<T>(source: string, work: () => Promise<T>): Promise<T>
}

interface Health {
  readonly breaker: Breaker
  failure: PeerFailure | null
  aloneUntil: number
}

const MAX_SOURCES = 10_000

export function createPeerHealth({ clock, random, log }: Runtime, unreachableMs: number): PeerHealth {
  const sources = new LRUCache<string, Health>({ max: MAX_SOURCES })

  function healthOf(source: string): Health {
    const known = sources.get(source)
    if (known !== undefined) return known
    const fresh = { breaker: createBreaker(clock, random), failure: null, aloneUntil: 0 }
    sources.set(source, fresh)
    return fresh
  }

  function noteFailure(source: string, health: Health, failure: PeerFailure): void {
    const { code, message, fix } = failure
    // The first failure of a row is news.
    if (health.failure === null) {
      log.info({ peer: source, code, reason: message, fix }, 'another identity server gave no answer')
    }
    health.failure = failure
    health.breaker.failed()
    if (!unusable.has(code)) health.aloneUntil = clock.now() + unreachableMs
  }

  return {
    async guard(source, work) {
      const health = healthOf(source)
      if (clock.now() < health.aloneUntil || !health.breaker.admit()) throw leftAlone(health.failure)
      try {
        const result = await work()
        health.breaker.succeeded()
        if (health.failure !== null) log.info({ peer: source }, 'another identity server answers again')
        health.failure = null
        return result
      } catch (error) {
        // A defect of ours counts too, or the breaker would wait for the outcome of its probe for ever.
        if (!(error instanceof PeerFailure)) health.breaker.failed()
        else noteFailure(source, health, error)
        throw error
      }
    },
  }
}

function leftAlone(failure: PeerFailure | null): PeerFailure {
  const before = failure === null ? '' : ` It was: ${failure.message}`
  const fix = failure?.fix ?? 'Signpost asks again by itself.'
  return new PeerFailure('left-alone', `It failed a moment ago and is not asked yet.${before}`, fix)
}
