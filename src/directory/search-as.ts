import { createIdList } from '../intercepts/id-list.ts'
import { inOrder, mergePeople, type FoundPerson } from './rank.ts'
import { firstPeople } from './find-people.ts'
import { findOwn, type OwnSearch } from './search-people.ts'
import { readTerm } from './term.ts'
import type { Visible } from './visibility.ts'

export interface SearchAsOptions extends OwnSearch {
  readonly visible: Visible
}

export interface SeenPeople {
  /** More than are here, or a backend could not be asked. */
  readonly limited: boolean
  readonly seen: readonly FoundPerson[]
  /** Found, and kept from this user: `excluded` from everybody, or in a group that is hidden from one of theirs. */
  readonly hidden: readonly { readonly person: FoundPerson; readonly why: 'excluded' | 'group' }[]
}

/** More than are shown, with some that are hidden. */
const ENOUGH = 300

/**
 * What the backends add to the directory search of a user, with the same rules as the search itself. What the homeserver
 * knows besides can only be asked with the access token of that user.
 */
export async function searchAs(options: SearchAsOptions, userId: string, typed: string): Promise<SeenPeople> {
  const term = readTerm(typed)
  if (term === null) return { limited: false, seen: [], hidden: [] }
  const { indexed, asked } = await findOwn(options, term, { kind: 'client', userId }, ENOUGH)
  const first = await firstPeople(indexed, ENOUGH)
  const limited = asked.limited || first.isLimited
  const others = inOrder(term, mergePeople([], [...first.people, ...asked.results])).filter(
    ({ mxid }) => mxid !== userId,
  )
  const excluded = createIdList(options.config().directory.exclude)
  const allowed = others.filter(({ mxid }) => !excluded.has(mxid))
  const seen = new Set(await options.visible(userId, allowed))
  return {
    limited,
    seen: allowed.filter((person) => seen.has(person)),
    hidden: others
      .filter((person) => !seen.has(person))
      .map((person) => ({ person, why: excluded.has(person.mxid) ? 'excluded' : 'group' })),
  }
}
