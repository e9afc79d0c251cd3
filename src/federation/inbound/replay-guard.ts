import { MatrixError } from '../../matrix/errors.ts'
import type { Clock } from '../../runtime.ts'
import { WINDOW_MS } from '../wire.ts'

/** Sees to it that a signed request counts once. In memory and per process: a restart forgets. */
export interface ReplayGuard {
  /**
   * Remembers a request whose signature and time stamp are good, until its time stamp is too old to be accepted.
   * @throws MatrixError `M_UNAUTHORIZED` for one that was seen, `M_LIMIT_EXCEEDED` where there is no room: to forget one
   * in its window would let it in again.
   */
  admit(origin: string, nonce: string, ts: number): void
}

/** Requests whose time stamps lie in the same slice of time, and which are therefore forgotten together. */
interface Slice {
  readonly nonces: Map<string, Set<string>>
  size: number
}

const SLICE_MS = 60_000
/** About 45 MiB at worst, when each is of another server. Rates keep honest peers far below their share. */
const MAX_NONCES = 100_000
const MAX_NONCES_OF_ONE = 10_000

export function createReplayGuard(clock: Clock): ReplayGuard {
  const slices = new Map<number, Slice>()

  function forgetOld(now: number): void {
    // One slice longer than the window: a time stamp is checked before the key is fetched, the nonce after that.
    for (const index of slices.keys()) {
      if (now - (index + 2) * SLICE_MS > WINDOW_MS) slices.delete(index)
    }
  }

  function sliceOf(ts: number): Slice {
    const index = Math.floor(ts / SLICE_MS)
    const known = slices.get(index)
    if (known !== undefined) return known
    const fresh = { nonces: new Map<string, Set<string>>(), size: 0 }
    slices.set(index, fresh)
    return fresh
  }

  function checkRoom(origin: string): void {
    let all = 0
    let own = 0
    for (const { nonces, size } of slices.values()) {
      all += size
      own += nonces.get(origin)?.size ?? 0
    }
    if (all >= MAX_NONCES || own >= MAX_NONCES_OF_ONE) throw new MatrixError('M_LIMIT_EXCEEDED')
  }

  return {
    admit(origin, nonce, ts) {
      forgetOld(clock.now())
      // A request that is sent again has the time stamp that was signed.
      const slice = sliceOf(ts)
      const seen = slice.nonces.get(origin)
      if (seen?.has(nonce) === true) {
        throw new MatrixError('M_UNAUTHORIZED', { message: 'This request was answered before.' })
      }
      checkRoom(origin)
      if (seen === undefined) slice.nonces.set(origin, new Set([nonce]))
      else seen.add(nonce)
      slice.size++
    },
  }
}
