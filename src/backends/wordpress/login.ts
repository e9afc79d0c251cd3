import type { AuthenticationAnswer, Login } from '../backend.ts'
import { readRecord, userOf, type ListedPerson, type PersonRules } from '../person.ts'
import type { PasswordChecker } from '../sql/passwords/password-checker.ts'
import type { JwtPlugin } from './jwt-plugin.ts'
import { userBehind } from './people.ts'
import type { WordpressSite } from './site.ts'

const refuse = (reason: 'unknown-user' | 'wrong-password' | 'not-allowed'): AuthenticationAnswer => ({
  success: false,
  reason,
})

/** Against the hash in the database. */
export async function logInByHash(
  site: WordpressSite,
  passwords: PasswordChecker,
  { userId, password }: Login,
  signal: AbortSignal,
): Promise<AuthenticationAnswer> {
  // WordPress cuts white space off before it hashes, and when somebody logs in (wp_hash_password, wp_authenticate).
  const typed = phpTrim(password)
  const user = await userBehind(site, userId, ['hash'], signal)
  if (user === null || user.hash === '') {
    await passwords.waste(typed, signal)
    return refuse(user === null ? 'unknown-user' : 'not-allowed')
  }
  if (typed === '' || !(await passwords.verify(typed, user.hash, signal))) return refuse('wrong-password')
  return welcome(user)
}

/** Through the site; the database says what the user is called there, and who they are. */
export async function logInThroughSite(
  site: WordpressSite,
  plugin: JwtPlugin,
  { userId, password }: Login,
  signal: AbortSignal,
): Promise<AuthenticationAnswer> {
  const user = await userBehind(site, userId, [], signal)
  if (user === null) return refuse('unknown-user')
  const answer = await plugin.logIn(user.login, password, signal)
  return answer.success ? welcome(user) : refuse(answer.reason)
}

/** Through the site alone. */
export async function logInBlindly(
  plugin: JwtPlugin,
  rules: PersonRules,
  { userId, password }: Login,
  signal: AbortSignal,
): Promise<AuthenticationAnswer> {
  const user = userOf(userId, rules)
  // WordPress also takes an e-mail address for a name, and would log in whoever has it.
  if (user === null || user === '' || user.includes('@')) return refuse('unknown-user')
  const answer = await plugin.logIn(user, password, signal)
  if (!answer.success) return refuse(answer.reason)
  const record = { key: user, user, displayName: answer.name, emails: [answer.email], phones: [] }
  const read = readRecord(record, rules)
  return read.person?.mxid === userId ? welcome(read) : refuse('unknown-user')
}

function welcome({ person }: ListedPerson): AuthenticationAnswer {
  if (person === null) return refuse('unknown-user')
  const { mxid, displayName, addresses } = person
  return { success: true, mxid, displayName, threepids: addresses }
}

/** What PHP's `trim` does; JavaScript's own also cuts off white space beyond ASCII. */
function phpTrim(text: string): string {
  return text.replaceAll(/^[ \t\n\r\0\v]+|[ \t\n\r\0\v]+$/g, '')
}
