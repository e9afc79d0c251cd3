import { setTimeout as sleep } from 'node:timers/promises'
import type { ReturningLimiter } from '../http/rate-limiter.ts'
import { caseFold } from '../matrix/case-folding.ts'
import type { Clock } from '../runtime.ts'

/** Who tries to sign in. */
export interface SignInAttempt {
  /** Matrix ID, address or whatever was typed; null where that cannot be read. */
  readonly account: string | null
  /** IP address of the client; null where only the homeserver knows it. */
  readonly clientAddress: string | null
  /**
   * When the question came, where the name had to be looked up first: what that took is part of the time that a denied
   * attempt is held for. Default: now.
   */
  readonly since?: number
}

/** How an attempt ended: `unclear` when nobody could say whether the password is right. */
export type SignInEnd = 'accepted' | 'denied' | 'unclear'

/** Slows guessing, for all the ways of signing in together. */
export interface SignInLimits {
  /**
   * Runs an attempt. What fails counts against the account and the address; what does not is given back. The answer to a
   * denied one is held back, see `heldUntil`.
   * @throws MatrixError `M_LIMIT_EXCEEDED`.
   */
  attempt<T>(
    who: SignInAttempt,
    work: () => Promise<{ readonly end: SignInEnd; readonly value: T }>,
  ): Promise<T>
}

export interface SignInLimitsOptions {
  readonly clock: Clock
  readonly perAccount: ReturningLimiter
  readonly perAddress: ReturningLimiter
  /** Default: half a second. */
  readonly stepMs?: number
}

const STEP_MS = 500

export function createSignInLimits(options: SignInLimitsOptions): SignInLimits {
  const { clock, perAccount, perAddress, stepMs = STEP_MS } = options
  // An attempt through the login of the homeserver comes back as its question about the password: it counts once.
  const underWay = new Map<string, number>()

  function take(account: string | null, clientAddress: string | null): () => void {
    if (clientAddress === null && account !== null && underWay.has(account)) return () => {}
    const taken: (() => void)[] = []
    const giveBack = () => taken.forEach((each) => each())
    try {
      for (const [limiter, key] of [
        [perAddress, clientAddress],
        [perAccount, account],
      ] as const) {
        if (key === null) continue
        limiter.take(key)
        taken.push(() => limiter.giveBack(key))
      }
    } catch (error) {
      giveBack()
      throw error
    }
    return giveBack
  }

  return {
    async attempt({ account: named, clientAddress, since }, work) {
      const account = named === null ? null : accountKey(named)
      const giveBack = take(account, clientAddress)
      const begun = since ?? clock.now()
      const isOutermost = account !== null && clientAddress !== null
      if (isOutermost) underWay.set(account, (underWay.get(account) ?? 0) + 1)
      let end: SignInEnd = 'unclear'
      try {
        const result = await work()
        end = result.end
        if (end === 'denied') await sleep(heldUntil(clock.now() - begun, stepMs))
        return result.value
      } finally {
        if (end !== 'denied') giveBack()
        if (isOutermost) leave(underWay, account)
      }
    },
  }
}

/**
 * How long to hold the answer "no" that took `elapsed` milliseconds: to the next full step. A user whom no directory knows
 * is denied within milliseconds, a wrong password after a directory has hashed it; the caller cannot tell one from the
 * other.
 */
export function heldUntil(elapsed: number, stepMs: number): number {
  const taken = Math.max(0, elapsed)
  return (Math.floor(taken / stepMs) + 1) * stepMs - taken
}

const MAX_ACCOUNT_CHARACTERS = 255

/** Different spellings of one account count together. */
function accountKey(account: string): string {
  return caseFold(account.slice(0, MAX_ACCOUNT_CHARACTERS))
}

function leave(underWay: Map<string, number>, account: string): void {
  const left = (underWay.get(account) ?? 1) - 1
  if (left > 0) underWay.set(account, left)
  else underWay.delete(account)
}
