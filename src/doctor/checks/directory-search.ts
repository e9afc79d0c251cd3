import { isUsedFor, storedSources } from '../../backends/mirrored.ts'
import { firstPeople, peopleBestFirst } from '../../directory/find-people.ts'
import { readySources } from '../../directory/mirrors.ts'
import { readTerm } from '../../directory/term.ts'
import { STORAGE_LIMIT_MS, type DoctorCheck, type Faults, type Result } from '../check.ts'
import { NotPossible } from '../fact.ts'
import { fine, reporterOf } from '../results.ts'
import type { DoctorWorld } from '../world.ts'

const faults = {
  'search-without-backends': {
    status: 'warning',
    meaning: 'The search for people finds nobody beyond what the homeserver finds by itself.',
    cause: 'No backend has the use "search".',
    fix: 'Set uses.search: true in a backend, or directory.enabled: false.',
  },
  'search-index-missing': {
    status: 'warning',
    meaning: 'People of a directory are searched for there, which takes longer, instead of in the copy.',
    cause: 'The copy was not read since the backend was added, or since an update of Signpost.',
    fix: 'Wait for the next sync, or start it: signpost backend sync ID',
  },
  'search-finds-nobody': {
    status: 'problem',
    meaning: 'Somebody whom the copy of a directory holds is not found by name.',
    cause: 'The index of the copy is damaged.',
    fix: 'Have everything read again: signpost backend sync ID --full',
  },
} as const satisfies Faults

const found = reporterOf(faults)

/** Somebody whose Matrix ID was typed is the first; several backends can know them. */
const ENOUGH = 100

/** Searches for somebody of each copy, by the name that the copy has. */
export const directorySearch: DoctorCheck = {
  code: 'directory-search',
  area: 'backends',
  title: 'the search for people',
  faults,
  limitMs: STORAGE_LIMIT_MS,
  async run(world) {
    const { directory, backends } = await world.config.need()
    if (!directory.enabled) throw new NotPossible('The search for people is switched off.')
    const searched = backends.filter((backend) => isUsedFor(backend, 'search'))
    if (searched.length === 0)
      return [found('search-without-backends', { detail: 'No backend is searched.' })]
    const stored = storedSources(backends)
    const copied = searched.filter(({ id, type }) => type !== 'list' && stored.includes(id))
    const results = await Promise.all(copied.map(({ id }) => ofCopy(world, id)))
    return results.length > 0
      ? results
      : [fine('directory-search', `${searched.length} backends are searched, each of them live.`)]
  },
}

async function ofCopy({ storage }: DoctorWorld, id: string): Promise<Result> {
  const { db } = await storage.need()
  if ((await readySources(db, [id])).length === 0) {
    const fix = `Wait for the next sync, or start it: signpost backend sync ${id}`
    return found('search-index-missing', { subject: id, detail: 'The copy has no index yet.', fix })
  }
  const somebody = await db
    .selectFrom('directory_people')
    .select(['mxid', 'display_name'])
    .where('source', '=', id)
    .where('mxid', 'is not', null)
    .limit(1)
    .executeTakeFirst()
  const term = readTerm(somebody?.mxid ?? '')
  if (somebody === undefined || term === null) return fine('directory-search', 'The copy is empty.', id)
  const query = { term, sources: [id], addresses: false, wanted: ENOUGH }
  const { people } = await firstPeople(peopleBestFirst(db, query), ENOUGH)
  if (people.some(({ mxid }) => mxid === somebody.mxid)) {
    return fine('directory-search', 'People are found in the copy.', id)
  }
  const fix = `Have everything read again: signpost backend sync ${id} --full`
  return found('search-finds-nobody', {
    subject: id,
    detail: 'The first person of the copy is not found.',
    fix,
  })
}
