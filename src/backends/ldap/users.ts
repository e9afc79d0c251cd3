import type { Filter } from 'ldapts'
import { BackendFailure } from '../failure.ts'
import type { Person } from '../person.ts'
import type { LdapUse } from './config.ts'
import type { LdapEntry } from './entry.ts'
import { allOf } from './filters.ts'
import type { Layout } from './layout.ts'
import { readPerson } from './people.ts'
import { resultCode, searchFailure } from './wire/result-codes.ts'
import type { LdapSession } from './wire/session.ts'

export interface User {
  readonly entry: LdapEntry
  readonly person: Person
}

/** More than this never belongs to one user, however loosely the directory compares. */
const MAX_CANDIDATES = 20

/**
 * The one user that `user` finds and that `isWanted` confirms, since directories compare loosely (case, accents).
 * Null when there is none. Throws BackendFailure when there are two: either might be somebody else.
 */
export async function findUser(
  session: LdapSession,
  { bases, layout, use, user, attributes = [], disabled }: UserOrder,
  isWanted: (person: Person, entry: LdapEntry) => boolean,
  signal: AbortSignal,
): Promise<User | null> {
  const filter = allOf([layout.people(use, disabled), user])
  const users = new Map<string, User>()
  for (const base of bases) {
    const wanted = [...layout.personAttributes, ...attributes]
    const order = { base, scope: 'sub', filter, attributes: wanted, sizeLimit: MAX_CANDIDATES } as const
    const result = await session.search(order, signal)
    if (result.code !== resultCode.success) throw searchFailure(session.server, base, result)
    for (const entry of result.entries) {
      const { person } = readPerson(entry, layout)
      if (person !== null && layout.isEnabled(entry, disabled) && isWanted(person, entry))
        users.set(entry.dn, { entry, person })
    }
  }
  const [found, ...others] = users.values()
  if (others.length === 0) return found ?? null
  throw new BackendFailure(
    'configuration',
    'Several entries have the same user.',
    'Correct "attributes.user", or narrow down "bases" and "filter", so that every user has one entry.',
  )
}

export interface UserOrder {
  readonly bases: readonly string[]
  readonly layout: Layout
  readonly use: LdapUse
  /** Says which of the people of that use. */
  readonly user: Filter
  /** Beyond what a person is read from. */
  readonly attributes?: readonly string[]
  /** Takes in accounts that are switched off. */
  readonly disabled?: boolean
}
