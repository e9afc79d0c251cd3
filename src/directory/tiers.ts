import type { WordKind } from '../backends/search-words.ts'
import type { Stretch } from './index-rows.ts'
import { kindsOfRank, nameKinds } from './rank.ts'
import { isWholeAddress, type SearchTerm } from './term.ts'

/** Which part of the index holds the people of a rank, in their order. */
export interface Tier {
  readonly rank: number
  readonly stretches: readonly Stretch[]
  readonly others: readonly (readonly Stretch[])[]
}

/** The kinds of words that a search may look into. */
export type Allowed = (kinds: readonly WordKind[]) => readonly WordKind[]

/** One word. */
export const whole = (word: string) => (kind: WordKind) => ({ kind, word, isWhole: true }) as const
const beginning = (word: string) => (kind: WordKind) => ({ kind, word, isWhole: false })

/** Whole names, user names and addresses. */
export function exactTier(term: SearchTerm, allowed: Allowed): Tier {
  const exact = term.whole ?? term.typed
  const kinds = allowed(kindsOfRank.exact).filter((kind) => kind !== 't' || isWholeAddress(exact))
  const stretches = [...nameKinds(term).map(whole(term.typed)), ...kinds.map(whole(exact))]
  return { rank: 0, stretches, others: [] }
}

/** Whole words of the name, then names that begin so, then those with words that do. */
export function ownTiers(term: SearchTerm, rarest: string): readonly Tier[] {
  const { words, typed } = term
  const others = words.filter((word) => word !== rarest)
  const { own } = kindsOfRank
  return [
    { rank: 1, stretches: own.map(whole(rarest)), others: others.map((word) => own.map(whole(word))) },
    { rank: 2, stretches: nameKinds(term).map(beginning(typed)), others: [] },
    wordsTier(3, own, words),
  ]
}

export function wholeTier({ whole: typed }: SearchTerm, allowed: Allowed): readonly Tier[] {
  if (typed === null) return []
  return [{ rank: 4, stretches: allowed(kindsOfRank.whole).map(beginning(typed)), others: [] }]
}

export function anyTier({ words }: SearchTerm, allowed: Allowed): Tier {
  return wordsTier(5, allowed(kindsOfRank.any), words)
}

/** Everybody with words that begin so, in the order of those that the first one fits. */
function wordsTier(rank: number, kinds: readonly WordKind[], words: readonly string[]): Tier {
  const [first = '', ...others] = words
  return {
    rank,
    stretches: kinds.map(beginning(first)),
    others: others.map((word) => kinds.map(beginning(word))),
  }
}
