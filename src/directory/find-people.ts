import { setImmediate as others } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import { readWords } from '../backends/search-words.ts'
import type { Database } from '../storage/schema.ts'
import { countEntries, readIndex, skipIndex, type IndexPlace, type IndexRow } from './index-rows.ts'
import { comparePlaces, rankOf, type FoundPerson, type Place } from './rank.ts'
import type { SearchTerm } from './term.ts'
import { anyTier, exactTier, ownTiers, whole, wholeTier, type Allowed, type Tier } from './tiers.ts'

export interface PeopleQuery {
  readonly term: SearchTerm
  /** Backends whose people may be found. */
  readonly sources: readonly string[]
  /** True where people are found by their addresses, too. */
  readonly addresses: boolean
  /** How many will probably do. */
  readonly wanted: number
}

export interface PeoplePage {
  readonly people: readonly FoundPerson[]
  /** More than will ever be looked at fit what was typed. */
  readonly isCut: boolean
}

/** People with a word as rare as this are all read at once. */
const FEW = 500
/** Entries of the index that are read at once, and for one search. */
const MAX_PAGE = 2_000
const MAX_READ = 20_000

/**
 * People of mirrors by the beginnings of words, best first, each once, as far as they are asked for: a short term fits
 * thousands, of whom a list shows ten.
 */
export async function* peopleBestFirst(
  db: Kysely<Database>,
  query: PeopleQuery,
): AsyncGenerator<PeoplePage, void> {
  if (query.sources.length === 0) return
  const budget = { left: MAX_READ }
  const seen = new Set<string>()
  for await (const people of inTiers(db, query, budget)) {
    const fresh = people.filter(({ mxid }) => !seen.has(mxid) && seen.add(mxid))
    if (fresh.length > 0) yield { people: fresh, isCut: false }
  }
  if (budget.left <= 0) yield { people: [], isCut: true }
}

/** The best `count` of them. */
export async function firstPeople(
  pages: AsyncIterable<PeoplePage>,
  count: number,
): Promise<{ readonly people: readonly FoundPerson[]; readonly isLimited: boolean }> {
  const people: FoundPerson[] = []
  let isLimited = false
  for await (const page of pages) {
    people.push(...page.people)
    isLimited = page.isCut || people.length > count
    if (isLimited) break
  }
  return { people: people.slice(0, count), isLimited }
}

interface Budget {
  left: number
}

async function* inTiers(
  db: Kysely<Database>,
  query: PeopleQuery,
  budget: Budget,
): AsyncGenerator<readonly FoundPerson[], void> {
  const { term, addresses } = query
  const allowed: Allowed = (kinds) => kinds.filter((kind) => addresses || kind !== 't')
  const walked = async function* (tiers: readonly Tier[]) {
    for (const tier of tiers) yield* walk(db, query, tier, budget)
  }
  yield* walked([exactTier(term, allowed)])
  const few = await fewPeople(db, query, allowed)
  if (few === null) yield* walked(ownTiers(term, await rarestOf(db, term)))
  else yield few.filter(({ place }) => (place?.rank ?? 0) < 4)
  yield* walked(wholeTier(term, allowed))
  if (few === null) yield* walked([anyTier(term, allowed)])
  else yield few
}

/** A tier, page by page, each of them larger than the one before. */
async function* walk(
  db: Kysely<Database>,
  { sources, wanted }: PeopleQuery,
  tier: Tier,
  budget: Budget,
): AsyncGenerator<readonly FoundPerson[], void> {
  const { rank } = tier
  const reading = { ...tier, sources }
  let after: IndexPlace | null = null
  for (let size = tier.others.length > 0 ? MAX_PAGE : wanted + 2; budget.left > 0; size *= 4) {
    const wish = Math.min(size, MAX_PAGE)
    const rows = await readIndex(db, reading, after, wish)
    yield rows.map((row) => asFound(row, { rank, fit: row.fit, name: row.sort }))
    after = await skipIndex(db, reading, after, wish)
    if (after === null) return
    budget.left -= wish
    // SQLite answers before anybody else has a turn.
    await others()
  }
}

/** The typed word that fewest have as a whole word of their name. */
async function rarestOf(db: Kysely<Database>, { words }: SearchTerm): Promise<string> {
  if (words.length === 1) return words[0] ?? ''
  const counted = await Promise.all(
    words.map(async (word) => ({ word, count: await countEntries(db, [whole(word)('n')], FEW) })),
  )
  return counted.toSorted((one, other) => one.count - other.count)[0]?.word ?? ''
}

/**
 * Everybody whom several words fit, in order, where one of the words is rare: this needs no walk along a common one. Null
 * where none is.
 */
async function fewPeople(
  db: Kysely<Database>,
  { term, sources }: PeopleQuery,
  allowed: Allowed,
): Promise<readonly FoundPerson[] | null> {
  if (term.words.length === 1) return null
  for (const rarest of term.words.toSorted((one, other) => other.length - one.length)) {
    const words = [rarest, ...term.words.filter((word) => word !== rarest)]
    const tier = anyTier({ ...term, words }, allowed)
    if ((await countEntries(db, tier.stretches, FEW + 1)) > FEW) continue
    const rows = await readIndex(db, { ...tier, sources }, null, FEW)
    return rows
      .map((row) => {
        const has = readWords(row.words).filter(({ kind }) => allowed([kind]).length > 0)
        return { row, place: { ...rankOf(term, has), name: row.sort } }
      })
      .toSorted((one, other) => comparePlaces(one.place, other.place) || one.row.person - other.row.person)
      .map(({ row, place }) => asFound(row, place))
  }
  return null
}

function asFound(row: IndexRow, place: Place): FoundPerson {
  const { mxid, display_name, source } = row
  const isAddress = place.rank === 0 && row.kind === 't' && row.fit === ''
  return { mxid, displayName: display_name, avatarUrl: null, source, isAddress, place }
}
