import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import type { HttpResponse } from '../net/http-client.ts'
import type { Clock } from '../runtime.ts'
import { matrixErrorIn } from './peer-client.ts'
import { PeerFailure, unusual } from './peer-failure.ts'
import type { Peer } from './peer.ts'

/** The peer hashes with another pepper by now; the current one, if it says so. */
export class WrongPepper extends Error {
  readonly current: string | null

  constructor(current: string | null) {
    super('The pepper is not current.')
    this.name = 'WrongPepper'
    this.current = current
  }
}

const pepperErrorSchema = z.looseObject({
  errcode: z.literal('M_INVALID_PEPPER'),
  lookup_pepper: z.string().min(1).max(255).optional(),
})

/** Throws WrongPepper when that is what the peer says (Identity Service API, `POST /lookup`, `M_INVALID_PEPPER`). */
export function checkPepper(response: HttpResponse): void {
  const { data } = pepperErrorSchema.safeParse(matrixErrorIn(response))
  if (data !== undefined) throw new WrongPepper(data.lookup_pepper ?? null)
}

/** The peppers of peers. */
export interface Peppers {
  /**
   * `work` with the pepper of the peer, which `fetch` asks for unless it is remembered. When `work` throws WrongPepper it
   * gets the right one, once. Throws what they throw.
   */
  use<T>(peer: Peer, fetch: () => Promise<string>, work: (pepper: string) => Promise<T>): Promise<T>
}

/** Peppers change every few days; a wrong one costs a second request, nothing else. */
const LIFETIME_MS = 3_600_000
const MAX_PEERS = 10_000

export function createPeppers(clock: Clock): Peppers {
  const cache = new LRUCache<string, { readonly pepper: string; readonly until: number }>({ max: MAX_PEERS })

  function remember(peer: Peer, pepper: string): string {
    cache.set(peer.name, { pepper, until: clock.now() + LIFETIME_MS })
    return pepper
  }

  return {
    async use(peer, fetch, work) {
      const known = cache.get(peer.name)
      const isFresh = known !== undefined && clock.now() < known.until
      const pepper = isFresh ? known.pepper : remember(peer, await fetch())
      try {
        return await work(pepper)
      } catch (error) {
        if (!(error instanceof WrongPepper)) throw error
        cache.delete(peer.name)
        const current = error.current ?? (await fetch())
        return await lastTry(work, remember(peer, current))
      }
    },
  }
}

async function lastTry<T>(work: (pepper: string) => Promise<T>, pepper: string): Promise<T> {
  try {
    return await work(pepper)
  } catch (error) {
    if (!(error instanceof WrongPepper)) throw error
    throw new PeerFailure('answer', 'It refuses the pepper that it names itself.', unusual, error)
  }
}
