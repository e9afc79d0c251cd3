import type { Asking, FoundUser, SearchAnswer, SearchQuery } from '../backend.ts'
import { readDisplayName, readUser, type PersonRules } from '../person.ts'
import type { PeopleSource } from './source.ts'
import { isStorable } from './values.ts'

/** Reads matches until there are enough different people. A way to search that is not offered finds nobody. */
export function searchPeople(
  { searchByName, searchByAddress }: PeopleSource,
  rules: PersonRules,
): (query: SearchQuery, asking: Asking) => Promise<SearchAnswer> {
  return async ({ by, term, limit }, { signal }) => {
    const search = by === 'name' ? searchByName : searchByAddress
    const found = new Map<string, FoundUser>()
    if (search === undefined || !isStorable(term)) return { limited: false, results: [] }
    for await (const { user, name } of search(term, limit, signal)) {
      const read = readUser(user, rules)
      if (!read.ok || found.has(read.value)) continue
      if (found.size === limit) return { limited: true, results: [...found.values()] }
      found.set(read.value, { mxid: read.value, displayName: readDisplayName(name), avatarUrl: null })
    }
    return { limited: false, results: [...found.values()] }
  }
}
