import { foldText, wordsOf } from '../backends/search-words.ts'
import type { FoundPerson } from './find-people.ts'
import type { SearchTerm } from './term.ts'

/**
 * How well somebody fits what was typed; less is better. The homeserver's finds and our own are measured alike, so that
 * they can stand in one list.
 */
export function rankOf(
  { words, text, whole }: SearchTerm,
  { mxid, displayName, isAddress }: FoundPerson,
): number {
  const localpart = foldText(mxid.slice(1, mxid.indexOf(':')))
  const name = wordsOf(displayName ?? '')
  const typed = words.join(' ')
  if (isAddress || localpart === (whole ?? typed) || mxid === `@${text}` || name.join(' ') === typed) return 0
  const own = [...name, ...wordsOf(localpart)]
  if (words.every((word) => own.includes(word))) return 1
  if (name.join(' ').startsWith(typed)) return 2
  if (words.every((word) => own.some((each) => each.startsWith(word)))) return 3
  return 4
}

/** Best first; of equals by name, then by Matrix ID, so that the same question has the same answer. */
export function inOrder(term: SearchTerm, people: readonly FoundPerson[]): readonly FoundPerson[] {
  return people
    .map((person) => ({
      person,
      rank: rankOf(term, person),
      name: foldText(person.displayName ?? person.mxid),
    }))
    .toSorted(
      (one, other) =>
        one.rank - other.rank || compare(one.name, other.name) || compare(one.person.mxid, other.person.mxid),
    )
    .map(({ person }) => person)
}

const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0)

/** Everybody once. What the homeserver shows of a person stands: rooms show it, too. */
export function mergePeople(
  fromHomeserver: readonly FoundPerson[],
  fromBackends: readonly FoundPerson[],
): readonly FoundPerson[] {
  const merged = new Map<string, FoundPerson>()
  for (const person of [...fromHomeserver, ...fromBackends]) {
    const former = merged.get(person.mxid)
    merged.set(person.mxid, {
      mxid: person.mxid,
      displayName: former?.displayName ?? person.displayName,
      avatarUrl: former?.avatarUrl ?? person.avatarUrl,
      source: former?.source ?? person.source,
      isAddress: former?.isAddress === true || person.isAddress,
    })
  }
  return [...merged.values()]
}
