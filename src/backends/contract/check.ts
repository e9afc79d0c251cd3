import type { Asking, Backend, ListPage, Login } from '../backend.ts'
import type { CheckWork, StepResult } from '../check.ts'
import { BackendFailure } from '../failure.ts'
import { asSample, type ListedPerson } from '../person.ts'

/** Names that nobody has: RFC 6761 keeps `.invalid` from ever being a domain. */
const nobody = 'signpost-check-nobody'
const nobodysAddress = { medium: 'email', address: `${nobody}@check.invalid` } as const

/** Asks a directory for somebody who does not exist, in every way it can be asked, and looks at a few of its people. */
export function* probes(
  backend: Omit<Backend, 'check'>,
  domain: string,
  asking: Asking,
): Iterable<CheckWork> {
  const { findMappings, search, authenticate, profile, listPeople } = backend
  if (findMappings !== undefined) {
    yield ['lookup', async () => judgeLookup((await findMappings([nobodysAddress], asking)).length)]
  }
  if (search !== undefined) {
    yield [
      'search',
      async () => judgeSearch((await search({ by: 'name', term: nobody, limit: 1 }, asking)).results.length),
    ]
  }
  if (authenticate !== undefined) {
    const userId = `@${nobody}:${domain}`
    const login: Login = { userId, localpart: nobody, domain, password: nobody }
    yield ['authentication', async () => judgeLogin((await authenticate(login, asking)).success)]
  }
  if (profile !== undefined) {
    yield ['profile', async () => judgeProfile(await profile(`@${nobody}:${domain}`, asking))]
  }
  if (listPeople !== undefined) {
    const order = { since: null, isKnown: () => false, signal: asking.signal }
    yield ['sample', async () => readSample(listPeople(order))]
  }
}

function judgeLookup(found: number): StepResult {
  if (found === 0) return { detail: 'An address that nobody has is not known, as it should be.' }
  return {
    outcome: 'warning',
    detail: 'An address that nobody has is said to belong to somebody.',
    fix: 'Correct the lookup: it must answer only for the address it is asked for.',
  }
}

function judgeSearch(found: number): StepResult {
  if (found === 0) return { detail: 'A search for a name that nobody has finds nobody, as it should be.' }
  return {
    outcome: 'warning',
    detail: 'A search for a name that nobody has finds people.',
    fix: 'Correct the search: it must look for the term it is given.',
  }
}

function judgeLogin(success: boolean): StepResult {
  if (!success) return { detail: 'A user who does not exist is not let in, as it should be.' }
  throw new BackendFailure(
    'protocol',
    'A user who does not exist is let in with any password.',
    'Correct the check of passwords, or set uses.authentication to false.',
  )
}

function judgeProfile(profile: { readonly displayName: string | null } | null): StepResult {
  if ((profile?.displayName ?? null) === null) {
    return { detail: 'A user who does not exist has no profile, as it should be.' }
  }
  return {
    outcome: 'warning',
    detail: 'A user who does not exist has a name.',
    fix: 'Correct the profile: it must be empty for users it does not know.',
  }
}

const sampleSize = 5

/** The first people of a listing; the rest of it is not read. */
export async function readSample(pages: AsyncIterable<ListPage>): Promise<StepResult> {
  const people: ListedPerson[] = []
  for await (const page of pages) {
    if (page.type === 'people') people.push(...page.people)
    if (people.length >= sampleSize) break
  }
  if (people.length === 0) {
    const fix = 'See whether the directory holds the people you expect.'
    return { outcome: 'warning', detail: 'The listing is empty.', fix }
  }
  return {
    detail: 'The first people of the listing were read.',
    sample: people.slice(0, sampleSize).map(asSample),
  }
}
