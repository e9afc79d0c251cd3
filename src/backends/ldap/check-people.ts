import type { StepResult } from '../check.ts'
import { BackendFailure } from '../failure.ts'
import { asSample } from '../person.ts'
import type { LdapEntry } from './entry.ts'
import { everything } from './filters.ts'
import type { Layout } from './layout.ts'
import { readPages } from './paging.ts'
import { readPerson } from './people.ts'
import { readEntryAt } from './root-dse.ts'
import { resultCode, searchFailure } from './wire/result-codes.ts'
import type { LdapSession } from './wire/session.ts'

export interface PeopleOptions {
  readonly bases: readonly string[]
  readonly layout: Layout
  readonly pageSize: number
}

/** Whether each base exists and may be seen. */
export async function seeBases(
  session: LdapSession,
  bases: readonly string[],
  signal: AbortSignal,
): Promise<StepResult> {
  for (const base of bases) {
    if ((await readEntryAt(session, base, ['1.1'], signal)) !== null) continue
    throw searchFailure(session.server, base, { code: resultCode.noSuchObject, diagnostic: '' })
  }
  return { detail: bases.length === 1 ? 'The base exists.' : `All ${bases.length} bases exist.` }
}

/** Counting further would take long and tell little. */
const MAX_COUNTED = 10_000
const PAGE_MS = 30_000

/** How many people the filters let in. Nobody is a failure, with the likeliest reason. */
export async function countPeople(
  session: LdapSession,
  { bases, layout, pageSize }: PeopleOptions,
  signal: AbortSignal,
): Promise<StepResult> {
  const filter = layout.people('lookup')
  const attributes = ['1.1', ...layout.stateAttributes]
  const order = { bases, filter, attributes, pageSize, pageMs: PAGE_MS }
  let count = 0
  for await (const entries of readPages(session, order, signal)) {
    count += entries.filter((entry) => layout.isEnabled(entry)).length
    if (count > MAX_COUNTED) return { detail: `More than ${MAX_COUNTED} people.` }
  }
  if (count === 0) throw await whyNobody(session, bases, layout, signal)
  return { detail: count === 1 ? 'One person.' : `${count} people.` }
}

async function whyNobody(
  session: LdapSession,
  bases: readonly string[],
  layout: Layout,
  signal: AbortSignal,
): Promise<BackendFailure> {
  let below = 0
  for (const base of bases) {
    const order = { base, scope: 'sub', filter: everything, attributes: ['1.1'], sizeLimit: 2 } as const
    below += (await session.search(order, signal)).entries.filter(({ dn }) => dn !== base).length
  }
  if (below === 0) {
    return new BackendFailure(
      'forbidden',
      'The account may log in, but sees no entry below the bases.',
      'Give the account of "bindDn" the right to search and read there; or correct "bases", if they are empty.',
    )
  }
  return new BackendFailure(
    'query',
    `There are entries below the bases, but none that the filters let in and that has ${layout.user}.`,
    'Check "preset", "filter", "filters.lookup" and "attributes.user".',
  )
}

const SAMPLE = 20

/** Some people as they would be known. */
export async function samplePeople(
  session: LdapSession,
  { bases, layout }: PeopleOptions,
  signal: AbortSignal,
): Promise<StepResult> {
  const entries: LdapEntry[] = []
  for (const base of bases) {
    const order = {
      ...({
        base,
        scope: 'sub',
        filter: layout.people('lookup'),
        attributes: layout.personAttributes,
      } as const),
      sizeLimit: SAMPLE - entries.length,
    }
    const result = await session.search(order, signal)
    const { code } = result
    if (code !== resultCode.success && code !== resultCode.sizeLimitExceeded)
      throw searchFailure(session.server, base, result)
    entries.push(...result.entries.filter((entry) => layout.isEnabled(entry)))
    if (entries.length >= SAMPLE) break
  }
  return verdict(entries.map((entry) => asSample(readPerson(entry, layout))))
}

function verdict(sample: NonNullable<StepResult['sample']>): StepResult {
  const unusable = sample.filter(({ mxid }) => mxid === null).length
  const unreachable = sample.filter(({ addresses }) => addresses.length === 0).length
  const detail = `Read ${sample.length}; ${unusable} without a Matrix ID, ${unreachable} without any address.`
  if (unusable > 0) {
    const fix = 'See the problems of the sample; "attributes.user" and "unsuitable" decide about Matrix IDs.'
    return { outcome: 'warning', detail, fix, sample }
  }
  if (unreachable === sample.length) {
    const fix = 'Check "attributes.emails" and "attributes.phones", and whether the account may read them.'
    return { outcome: 'warning', detail, fix, sample }
  }
  return { detail, sample }
}
