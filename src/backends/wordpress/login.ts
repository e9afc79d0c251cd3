import type { AuthenticationAnswer, Login } from '../backend.ts'
import { readRecord, readUser, userOf, type ListedPerson, type PersonRules } from '../person.ts'
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
  if (!answer.success) return refuse(answer.reason)
  // WordPress also takes e-mail addresses, and what other plugins allow: it may have found somebody else by this name.
  return answer.nicename === user.nicename ? welcome(user) : refuse('wrong-password')
}

/** Through the site alone. */
export async function logInBlindly(
  plugin: JwtPlugin,
  rules: PersonRules,
  { userId, password }: Login,
  signal: AbortSignal,
): Promise<AuthenticationAnswer> {
  const user = userOf(userId, rules) ?? ''
  const read = readUser(user, rules)
  // One name can be encoded in several ways, and only one of them is the Matrix ID.
  if (!read.ok || read.value !== userId) return refuse('unknown-user')
  // WordPress also takes an e-mail address for a name, and would log in whoever has it.
  if (user.includes('@')) return refuse('unknown-user')
  const answer = await plugin.logIn(user, password, signal)
  if (!answer.success) return refuse(answer.reason)
  const record = { key: user, user, displayName: answer.name, emails: [answer.email], phones: [] }
  return welcome(readRecord(record, rules))
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
