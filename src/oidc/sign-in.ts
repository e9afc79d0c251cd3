import type { SignIn } from '../authentication/authenticate.ts'
import { checkSignIn, type CheckCredentialsOptions } from '../authentication/check-credentials.ts'
import type { Identifier } from '../authentication/identifier.ts'
import { resolveUser } from '../authentication/resolve-user.ts'
import type { Rewrite } from '../authentication/rewrite.ts'
import type { SignInEnd } from '../authentication/sign-in-limits.ts'
import { parsePhoneNumber } from '../matrix/phone.ts'
import { canonicalAddress } from '../matrix/threepid.ts'

export interface PageSignInOptions extends CheckCredentialsOptions {
  readonly rewrite: Rewrite
}

export interface TypedCredentials {
  /** A user name, a Matrix ID, an e-mail address or an international phone number. */
  readonly user: string
  readonly password: string
}

/**
 * Checks what somebody typed into the sign-in page. What looking the name up takes belongs to the time for which a "no" is
 * held, so that nobody learns which names are known.
 * @throws MatrixError `M_LIMIT_EXCEEDED`.
 */
export async function signInOnPage(
  options: PageSignInOptions,
  { user, password }: TypedCredentials,
  clientAddress: string,
): Promise<{ readonly end: SignInEnd; readonly user: SignIn | null }> {
  const since = options.clock.now()
  const id = await userIdOf(options, user.trim())
  return await checkSignIn(options, { id, password }, { action: 'oidc', clientAddress, since })
}

/** What nobody can be is passed on as it was typed: it counts as an account of its own, and nobody accepts it. */
async function userIdOf(options: PageSignInOptions, typed: string): Promise<string> {
  const resolved = await resolveUser({ ...options, foldCase: () => true }, readTyped(typed))
  const name = resolved ?? typed
  return name.includes('@') || name.includes(':') ? name : `@${name}:${options.domain()}`
}

function readTyped(typed: string): Identifier {
  if (/^[^@]+@[^@]+$/.test(typed)) {
    const address = canonicalAddress('email', typed)
    return { kind: 'address', typed, address: address === null ? null : { medium: 'email', address } }
  }
  const phone = typed.startsWith('+') ? parsePhoneNumber(typed, '') : null
  if (phone !== null) return { kind: 'address', typed, address: { medium: 'msisdn', address: phone.msisdn } }
  return { kind: 'user', user: typed }
}
