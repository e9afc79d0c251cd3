import type { AskedBackend } from '../backends/ask.ts'
import type { FoundUser, Requester, SearchQuery } from '../backends/backend.ts'

export interface SearchHit extends FoundUser {
  /** Id of the backend that named this person first. */
  readonly source: string
}

/** How one backend fared. */
export interface SearchSource {
  readonly source: string
  readonly outcome: 'answered' | 'failed' | 'skipped'
  /** How many people it named. */
  readonly found: number
  readonly ms: number
}

export interface DirectorySearchAnswer {
  /** True when there are more than `limit`, or when a backend could not be asked. */
  readonly limited: boolean
  /** Each person once, in the order of the backends. */
  readonly results: readonly SearchHit[]
  readonly sources: readonly SearchSource[]
}

/**
 * Searches all backends with the use `search` at the same time: unlike a lookup, a search wants everybody. Of a person
 * whom several name, the first backend's name stands, completed by the others where it has none. Never rejects.
 */
export async function searchDirectories(
  backends: readonly AskedBackend[],
  query: SearchQuery,
  requester: Requester | null,
): Promise<DirectorySearchAnswer> {
  const searched = backends.filter((backend) => backend.isUsedFor('search'))
  const asked = await Promise.all(
    searched.map(async (backend) => ({
      source: backend.id,
      asked: await backend.ask('search', requester, async (directory, asking) =>
        directory.search?.(query, asking),
      ),
    })),
  )
  const hits = new Map<string, SearchHit>()
  const sources: SearchSource[] = []
  let limited = false
  for (const { source, asked: answer } of asked) {
    const found = answer.outcome === 'answered' ? (answer.value?.results ?? []) : []
    limited ||= answer.outcome !== 'answered' || answer.value?.limited === true
    sources.push({ source, outcome: answer.outcome, found: found.length, ms: answer.ms })
    for (const user of found) hits.set(user.mxid, completed(hits.get(user.mxid), user, source))
  }
  const results = [...hits.values()]
  return { limited: limited || results.length > query.limit, results: results.slice(0, query.limit), sources }
}

function completed(former: SearchHit | undefined, user: FoundUser, source: string): SearchHit {
  if (former === undefined) return { ...user, source }
  const { displayName, avatarUrl } = user
  return {
    ...former,
    displayName: former.displayName ?? displayName,
    avatarUrl: former.avatarUrl ?? avatarUrl,
  }
}
