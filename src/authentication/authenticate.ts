import type { AskedBackend } from '../backends/ask.ts'
import type { AuthenticationAnswer, Login } from '../backends/backend.ts'

export type SignIn = Extract<AuthenticationAnswer, { success: true }>

/** What one backend said to a login. */
export interface AuthenticationSource {
  readonly source: string
  readonly outcome: 'accepted' | 'unknown-user' | 'wrong-password' | 'not-allowed' | 'failed' | 'skipped'
  readonly ms: number
}

export interface AuthenticationOutcome {
  /**
   * `denied`: every backend answered, and none accepted. `unavailable`: none accepted, and one at least could not be
   * asked, so that this is no verdict on the password.
   */
  readonly verdict: 'accepted' | 'denied' | 'unavailable'
  /** Set when accepted. */
  readonly user: SignIn | null
  /** The backend that accepted. */
  readonly source: string | null
  /** Who was asked, in order. */
  readonly sources: readonly AuthenticationSource[]
}

/**
 * Checks a password with the backends that have the use `authentication`, one after the other until one accepts it: a
 * password goes to no more places than it must. A user whom one backend refuses may be another's, as in mxisd. Never
 * rejects.
 */
export async function authenticate(
  backends: readonly AskedBackend[],
  login: Login,
): Promise<AuthenticationOutcome> {
  const sources: AuthenticationSource[] = []
  if (login.password === '') return { verdict: 'denied', user: null, source: null, sources }
  for (const backend of backends) {
    if (!backend.isUsedFor('authentication')) continue
    const asked = await backend.ask('authentication', null, async (directory, asking) =>
      directory.authenticate?.(login, asking),
    )
    const { ms } = asked
    if (asked.outcome !== 'answered') sources.push({ source: backend.id, outcome: asked.outcome, ms })
    else if (asked.value?.success === true) {
      sources.push({ source: backend.id, outcome: 'accepted', ms })
      return { verdict: 'accepted', user: asked.value, source: backend.id, sources }
    } else if (asked.value !== undefined)
      sources.push({ source: backend.id, outcome: asked.value.reason, ms })
  }
  const unsure = sources.some(({ outcome }) => outcome === 'failed' || outcome === 'skipped')
  return { verdict: unsure ? 'unavailable' : 'denied', user: null, source: null, sources }
}
