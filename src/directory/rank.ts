import { ownWordsOf, sortNameOf, type SearchWord, type WordKind } from '../backends/search-words.ts'
import { isWholeAddress, type SearchTerm } from './term.ts'

/** Where somebody stands among those who are found: by rank, of equals by the word that fits, then by name. */
export interface Place {
  /**
   * 0 the whole name, in both orders, user name or address; 1 whole words; 2 the name begins so; 3 its words begin so;
   * 4 a user name or address begins so; 5 words of other kinds begin so; 6 found by a rule that is not ours.
   */
  readonly rank: number
  readonly fit: string
  readonly name: string
}

/** Somebody whom a search has found. */
export interface FoundPerson {
  readonly mxid: string
  readonly displayName: string | null
  readonly avatarUrl: string | null
  /** The backend; null for the homeserver. */
  readonly source: string | null
  /** True when what was typed is one of the person's addresses. */
  readonly isAddress: boolean
  /** As the index has it; null where it comes from the name that is shown. */
  readonly place: Place | null
}

/** What each rank looks into. */
export const kindsOfRank = {
  exact: ['l', 't'],
  own: ['n'],
  whole: ['l', 't'],
  any: ['n', 'o', 't'],
} as const satisfies Record<string, readonly WordKind[]>

/** A single word is no name with the last word first. */
export const nameKinds = ({ words }: SearchTerm): readonly WordKind[] =>
  words.length > 1 ? ['f', 'r'] : ['f']

/** How well a person with these words fits. The index answers in the same order (`find-people.ts`). */
export function rankOf(term: SearchTerm, has: readonly SearchWord[]): Omit<Place, 'name'> {
  const { words, typed, whole } = term
  const among = (kinds: readonly WordKind[]) =>
    has.filter(({ kind }) => kinds.includes(kind)).map(({ word }) => word)
  const exact = whole ?? typed
  const own = among(kindsOfRank.own)
  const names = among(nameKinds(term))
  if (names.includes(typed) || among(['l']).includes(exact)) return { rank: 0, fit: '' }
  if (isWholeAddress(exact) && among(['t']).includes(exact)) return { rank: 0, fit: '' }
  if (words.every((word) => own.includes(word))) return { rank: 1, fit: '' }
  if (allBegin([typed], names)) return { rank: 2, fit: firstOf(names, typed) }
  if (allBegin(words, own)) return { rank: 3, fit: firstOf(own, words[0]) }
  const wholes = among(kindsOfRank.whole)
  if (whole !== null && allBegin([whole], wholes)) return { rank: 4, fit: firstOf(wholes, whole) }
  const any = among(kindsOfRank.any)
  return allBegin(words, any) ? { rank: 5, fit: firstOf(any, words[0]) } : { rank: 6, fit: '' }
}

const allBegin = (words: readonly string[], has: readonly string[]) =>
  words.every((word) => has.some((each) => each.startsWith(word)))

/** The first in the order of the alphabet. */
const firstOf = (has: readonly string[], beginning = '') =>
  has.filter((word) => word.startsWith(beginning)).toSorted(compare)[0] ?? ''

/** The homeserver's finds and our own are measured alike, so that they can stand in one list. */
function placeOf(term: SearchTerm, person: FoundPerson): Place {
  if (person.place !== null) return person.place
  const rank = person.isAddress ? { rank: 0, fit: '' } : rankOf(term, ownWordsOf(person))
  return { ...rank, name: sortNameOf(person) }
}

/** Best first. Equals stay as they come, so that the same question has the same answer. */
export function inOrder(term: SearchTerm, people: readonly FoundPerson[]): readonly FoundPerson[] {
  return people
    .map((person) => ({ person, place: placeOf(term, person) }))
    .toSorted((one, other) => comparePlaces(one.place, other.place))
    .map(({ person }) => person)
}

export function comparePlaces(one: Place, other: Place): number {
  return one.rank - other.rank || compare(one.fit, other.fit) || compare(one.name, other.name)
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
      place: former === undefined ? person.place : former.place,
    })
  }
  return [...merged.values()]
}
