import type { Filter } from 'ldapts'
import { caseFold } from '../../matrix/case-folding.ts'
import type { FoundUser, SearchAnswer, SearchQuery } from '../backend.ts'
import type { Person } from '../person.ts'
import { phoneDigits } from '../spellings.ts'
import { addressPartFilters } from './address-filters.ts'
import { allOf, anyOf, contains } from './filters.ts'
import type { FindOptions } from './find.ts'
import type { Layout } from './layout.ts'
import { readPerson } from './people.ts'
import { resultCode, searchFailure } from './wire/result-codes.ts'
import type { LdapSession } from './wire/session.ts'

/** People by a part of a name or an address. What the directory finds by looser rules than ours is left out. */
export async function searchPeople(
  session: LdapSession,
  query: SearchQuery,
  { bases, layout, sizeLimit }: FindOptions,
  signal: AbortSignal,
): Promise<SearchAnswer> {
  const wanted = query.by === 'name' ? nameFilter(query.term, layout) : addressFilter(query.term, layout)
  // Samba ends texts at a NUL and would find by what stands before it.
  if (wanted === null || query.term.includes('\0')) return { limited: false, results: [] }
  const filter = allOf([layout.people('search'), wanted])
  const results = new Map<string, FoundUser>()
  // More than asked for: some are left out below, and those with the first names should be among the rest.
  const atMost = Math.min(sizeLimit, 10 * query.limit)
  let limited = false
  for (const base of bases) {
    const order = {
      base,
      scope: 'sub',
      filter,
      attributes: layout.personAttributes,
      sizeLimit: atMost,
    } as const
    const result = await session.search(order, signal)
    if (result.code === resultCode.sizeLimitExceeded) limited = true
    else if (result.code !== resultCode.success) throw searchFailure(session.server, base, result)
    for (const entry of result.entries) {
      const { person } = readPerson(entry, layout)
      if (person === null || !layout.isEnabled(entry)) continue
      if (query.by === 'address' && !holdsPart(person, query.term)) continue
      const { mxid, displayName } = person
      results.set(mxid, { mxid, displayName, avatarUrl: null })
    }
  }
  // Directories have no order; the same question should have the same answer.
  const sorted = [...results.values()].toSorted((one, other) => (one.mxid < other.mxid ? -1 : 1))
  return { limited: limited || sorted.length > query.limit, results: sorted.slice(0, query.limit) }
}

/** Every word somewhere: "Meier Anna" finds Anna Meier. */
function nameFilter(term: string, { searched }: Layout): Filter | null {
  const words = term.split(/\s+/).filter((word) => word !== '')
  const perWord = words.map((word) => anyOf(searched.map((attribute) => contains(attribute, word))))
  const filters = perWord.filter((filter) => filter !== null)
  return filters.length === 0 ? null : allOf(filters)
}

function addressFilter(term: string, { emails, phones }: Layout): Filter | null {
  const text = term.trim()
  return text === '' ? null : anyOf(addressPartFilters(text, emails, phones))
}

function holdsPart({ addresses }: Person, term: string): boolean {
  const text = caseFold(term.trim())
  const digits = phoneDigits(term)
  return addresses.some(({ medium, address }) =>
    medium === 'email' ? address.includes(text) : digits !== null && address.includes(digits),
  )
}
