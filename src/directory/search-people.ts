import type { FastifyRequest } from 'fastify'
import type { Kysely } from 'kysely'
import { z } from 'zod'
import type { AskedBackend } from '../backends/ask.ts'
import type { Requester } from '../backends/backend.ts'
import type { Config } from '../config/schema.ts'
import { readParameters } from '../http/parameters.ts'
import { objectBody, passOn, readAnswer, type HomeserverApi } from '../intercepts/homeserver.ts'
import type { IdList } from '../intercepts/id-list.ts'
import type { Session } from '../intercepts/sessions.ts'
import type { Target } from '../intercepts/target.ts'
import { MatrixError } from '../matrix/errors.ts'
import type { HttpResponse } from '../net/http-client.ts'
import type { Database } from '../storage/schema.ts'
import { peopleBestFirst, type PeoplePage } from './find-people.ts'
import { readySources } from './mirrors.ts'
import { inOrder, mergePeople, type FoundPerson } from './rank.ts'
import { searchDirectories } from './search.ts'
import { readTerm, type SearchTerm } from './term.ts'
import type { Visible } from './visibility.ts'

/** What a search in the backends needs. */
export interface OwnSearch {
  readonly config: () => Config
  readonly db: () => Kysely<Database>
  readonly backends: readonly AskedBackend[]
  /** Ids of the backends whose people storage holds as a mirror. */
  readonly mirrored: readonly string[]
}

export interface SearchPeopleOptions extends OwnSearch {
  readonly homeserver: HomeserverApi
  readonly visible: Visible
  readonly excluded: IdList
}

/** Client-Server API, `POST /user_directory/search`. */
const bodySchema = z.looseObject({
  search_term: z.string().max(1_000),
  limit: z.number().default(10),
})

/** What Synapse answers at most. */
const MAX_LIMIT = 50
/** So many people are looked at to find out whether they may be seen; a group of many thousands can be hidden. */
const MOST_LOOKED_AT = 1_000

export interface FoundPeople {
  readonly limited: boolean
  readonly results: readonly FoundPerson[]
}

/**
 * Searches the backends and the homeserver at the same time. What fails is missing from the answer, which then says that
 * it is limited; a homeserver that refuses the request has the last word.
 * @returns the people, or the refusal of the homeserver.
 */
export async function searchPeople(
  options: SearchPeopleOptions,
  request: FastifyRequest,
  target: Target,
  session: Session,
): Promise<FoundPeople | HttpResponse> {
  const { search_term: typed, limit: wished } = readParameters(bodySchema, objectBody(request))
  const limit = Math.min(MAX_LIMIT, Math.max(0, Math.trunc(wished)))
  const term = readTerm(typed)
  const requester: Requester = { kind: 'client', userId: session.userId, address: request.clientAddress }
  const [homeserver, own] = await Promise.all([
    askHomeserver(options, request, target, { search_term: typed, limit: MAX_LIMIT }),
    term === null ? null : findOwn(options, term, requester, limit + 1),
  ])
  if ('status' in homeserver) return homeserver
  if (term === null || own === null) {
    return { limited: homeserver.limited, results: homeserver.results.slice(0, limit) }
  }
  const see = (people: readonly FoundPerson[]) =>
    options.visible(
      session.userId,
      people.filter(({ mxid }) => !options.excluded.has(mxid)),
    )
  const notMyself = ({ mxid }: FoundPerson) => mxid !== session.userId
  const asked = await see(mergePeople(homeserver.results, own.asked.results.filter(notMyself)))
  const known = new Set(asked.map(({ mxid }) => mxid))
  const indexed: FoundPerson[] = []
  let isCut = false
  let looked = 0
  // Those who are in the answer already take nobody's place.
  for (let more = 0; more <= limit && !isCut;) {
    const page = await own.indexed.next()
    if (page.done === true) break
    const seen = await see(page.value.people.filter(notMyself))
    indexed.push(...seen)
    more += seen.filter(({ mxid }) => !known.has(mxid)).length
    looked += page.value.people.length
    isCut = page.value.isCut || looked >= MOST_LOOKED_AT
  }
  const found = inOrder(term, mergePeople(asked, indexed))
  return {
    limited: homeserver.limited || own.asked.limited || isCut || found.length > limit,
    results: found.slice(0, limit),
  }
}

const nobody: FoundPeople = { limited: false, results: [] }

export interface OwnPeople {
  /** From the index, best first; nothing of it is read before it is asked for. */
  readonly indexed: AsyncGenerator<PeoplePage, void>
  /** From backends whose people are in none. */
  readonly asked: FoundPeople
}

/** What the backends know. `wanted` is how many people of the index will probably do. */
export async function findOwn(
  options: OwnSearch,
  term: SearchTerm,
  requester: Requester,
  wanted: number,
): Promise<OwnPeople> {
  const { searchThreepids } = options.config().directory
  const searched = options.backends.filter((backend) => backend.isUsedFor('search'))
  const ids = searched.map(({ id }) => id).filter((id) => options.mirrored.includes(id))
  const sources = await readySources(options.db(), ids)
  const indexed = peopleBestFirst(options.db(), { term, sources, addresses: searchThreepids, wanted })
  const live = searched.filter(({ id }) => !sources.includes(id))
  const query = { term: term.text, limit: MAX_LIMIT }
  const answers = await Promise.all(
    (searchThreepids ? (['name', 'address'] as const) : (['name'] as const)).map((by) =>
      searchDirectories(live, { by, ...query }, requester),
    ),
  )
  const results = answers.flatMap((answer) =>
    answer.results.map((hit) => ({ ...hit, isAddress: false, place: null })),
  )
  return { indexed, asked: { limited: answers.some(({ limited }) => limited), results } }
}

const answerSchema = z.looseObject({
  limited: z.boolean().default(false),
  results: z.array(
    z.looseObject({
      user_id: z.string(),
      display_name: z.string().nullish(),
      avatar_url: z.string().nullish(),
    }),
  ),
})

async function askHomeserver(
  options: SearchPeopleOptions,
  request: FastifyRequest,
  target: Target,
  body: { readonly search_term: string; readonly limit: number },
): Promise<FoundPeople | HttpResponse> {
  if (!options.config().directory.homeserver) return nobody
  const unavailable: FoundPeople = { limited: true, results: [] }
  let answer: HttpResponse
  try {
    answer = await passOn(options.homeserver, request, target, { body: JSON.stringify(body) })
  } catch (error) {
    if (error instanceof MatrixError && error.status >= 502 && error.status <= 504) return unavailable
    throw error
  }
  // A homeserver without a search of its own.
  if (answer.status === 404) return nobody
  if (answer.status >= 500) return unavailable
  if (answer.status !== 200) return answer
  const read = readAnswer(answer, answerSchema)
  if (read === null) return unavailable
  const results = read.results.map(({ user_id, display_name, avatar_url }) => ({
    mxid: user_id,
    displayName: display_name ?? null,
    avatarUrl: avatar_url ?? null,
    source: null,
    isAddress: false,
    place: null,
  }))
  return { limited: read.limited, results }
}
