import type { Asking, AuthenticationAnswer, Login } from '../backend.ts'
import { readDisplayName, type PersonRules } from '../person.ts'
import type { PasswordChecker } from './passwords/password-checker.ts'
import { askedUser, type PeopleSource } from './source.ts'
import { isStorable } from './values.ts'

type Authenticate = (login: Login, asking: Asking) => Promise<AuthenticationAnswer>

/**
 * Compares passwords with the hashes of a database. Who is not known costs as much time as who is, and that an account is
 * disabled learns only who has its password.
 */
export function createAuthentication(
  account: NonNullable<PeopleSource['account']>,
  source: PeopleSource,
  passwords: PasswordChecker,
  rules: PersonRules,
): Authenticate {
  return async ({ userId, password }, { signal }) => {
    const user = askedUser(userId, rules)
    const found = user !== null && isStorable(user.user) ? await account(user, signal) : null
    if (user === null || found === null) {
      await passwords.waste(password, signal)
      return { success: false, reason: 'unknown-user' }
    }
    const isRight = await isRightPassword(found.hash ?? '', password, passwords, signal)
    if (!isRight) return { success: false, reason: 'wrong-password' }
    if (found.disabled) return { success: false, reason: 'not-allowed' }
    const [known, threepids] = await Promise.all([
      found.name === null ? source.displayName?.(user, signal) : null,
      source.threepids?.(user, signal) ?? [],
    ])
    const displayName = readDisplayName(found.name ?? known?.name ?? null)
    return { success: true, mxid: found.mxid, displayName, threepids }
  }
}

async function isRightPassword(
  hash: string,
  password: string,
  passwords: PasswordChecker,
  signal: AbortSignal,
): Promise<boolean> {
  if (hash !== '' && password !== '') return passwords.verify(password, hash, signal)
  await passwords.waste(password, signal)
  return false
}
