import type { Filter } from 'ldapts'
import type { AuthenticationAnswer, Login } from '../backend.ts'
import { BackendFailure } from '../failure.ts'
import { userOf, type Person } from '../person.ts'
import { domainOf } from './dn.ts'
import type { LdapEntry } from './entry.ts'
import { equals } from './filters.ts'
import type { Layout } from './layout.ts'
import { findUser, type User } from './users.ts'
import type { Directory } from './wire/directory.ts'
import { accountTrouble, commonFailure, resultCode } from './wire/result-codes.ts'
import type { BindResult, LdapSession } from './wire/session.ts'

type Refusal = Extract<AuthenticationAnswer, { success: false }>
const refused = (reason: Refusal['reason']): Refusal => ({ success: false, reason })

export interface AuthenticateOptions {
  readonly bases: readonly string[]
  readonly layout: Layout
}

/** Finds the entry of a user and logs in as it, on a connection of its own. */
export async function authenticate(
  directory: Directory,
  login: Login,
  options: AuthenticateOptions,
  signal: AbortSignal,
): Promise<AuthenticationAnswer> {
  // RFC 4513, section 5.1.2: a login with a name and no password succeeds as an anonymous one.
  if (login.password === '') return refused('wrong-password')
  const wanted = wantedBy(login, options.layout)
  if (wanted.length === 0) return refused('unknown-user')
  const user = await directory.ask((session, patience) => find(session, wanted, options, patience), signal)
  if ('success' in user) return user
  const { entry, person } = user
  if (entry.dn === '') return refused('unknown-user')

  const session = await directory.open('login', signal)
  try {
    const result = await session.bind(entry.dn, login.password, signal)
    const reason = refusalOf(result, session.server)
    if (reason !== null) return refused(reason)
  } finally {
    session.close()
  }
  const { mxid, displayName, addresses } = person
  return { success: true, mxid, displayName, threepids: addresses }
}

interface Wanted {
  readonly filter: Filter
  readonly isWanted: (person: Person, entry: LdapEntry) => boolean
}

/**
 * Whom a login means, the likeliest first. Microsoft's directories also know `DOMAIN\anna`, `anna@domain` with a domain of
 * the administrator's choice, and `anna@domain` with that of the directory, whatever was chosen (MS-ADTS 5.1.1.1.1).
 */
function wantedBy({ userId }: Login, { rules, user, preset }: Layout): readonly Wanted[] {
  const name = userOf(userId, rules)
  // Samba ends texts at a NUL and would take the name for what stands before it.
  if (name === null || name === '' || name.includes('\0')) return []
  if (preset.principal !== null && rules.userType === 'localpart') {
    const [, account] = /^[^\\]+\\([^\\]+)$/.exec(name) ?? []
    if (account !== undefined) return [{ filter: equals(user, account), isWanted: () => true }]
    const [, local, domain] = /^([^@]+)@([^@]+)$/.exec(name) ?? []
    if (local !== undefined && domain !== undefined) {
      return [
        { filter: equals(preset.principal, name), isWanted: () => true },
        {
          filter: equals(user, local),
          isWanted: (_person, { dn }) => domainOf(dn) === domain.toLowerCase(),
        },
      ]
    }
  }
  const isWanted = ({ mxid }: Person) => mxid === userId || mxid === userId.toLowerCase()
  return [{ filter: equals(user, name), isWanted }]
}

async function find(
  session: LdapSession,
  wanted: readonly Wanted[],
  { bases, layout }: AuthenticateOptions,
  signal: AbortSignal,
): Promise<User | Refusal> {
  for (const { filter, isWanted } of wanted) {
    const order = { bases, layout, use: 'authentication', user: filter } as const
    const user = await findUser(session, order, isWanted, signal)
    if (user !== null) return user
    const disabled = await findUser(session, { ...order, disabled: true }, isWanted, signal)
    if (disabled !== null) return refused('not-allowed')
  }
  return refused('unknown-user')
}

/** Why the directory let nobody in; null when it did. Throws BackendFailure for what is no answer about the password. */
function refusalOf(result: BindResult, server: string): Refusal['reason'] | null {
  if (result.policy !== null) return 'not-allowed'
  if (result.code === resultCode.success) return null
  if (accountTrouble(result) !== null) return 'not-allowed'
  if (result.code === resultCode.invalidCredentials) return 'wrong-password'
  if (result.code === resultCode.noSuchObject) return 'unknown-user'
  throw (
    commonFailure(server, result) ??
    new BackendFailure(
      'protocol',
      `${server} answered a login with result ${result.code}.`,
      'Look into the log of the directory server.',
    )
  )
}
