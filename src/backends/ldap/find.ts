import type { Filter } from 'ldapts'
import { canonicalAddress, type ThreePid } from '../../matrix/threepid.ts'
import type { FoundMapping } from '../backend.ts'
import { BackendFailure } from '../failure.ts'
import { emailFilters, phoneFilters } from './address-filters.ts'
import type { LdapEntry } from './entry.ts'
import { allOf, anyOf } from './filters.ts'
import type { Layout } from './layout.ts'
import { readPerson } from './people.ts'
import { resultCode, searchFailure } from './wire/result-codes.ts'
import type { LdapSession } from './wire/session.ts'

/** Addresses in one question. Numbers cost the directory more: it has to look at each of them. */
const EMAILS_AT_ONCE = 50
const PHONES_AT_ONCE = 10

export interface FindOptions {
  readonly bases: readonly string[]
  readonly layout: Layout
  readonly sizeLimit: number
}

/** Who holds the addresses. Every hit is read and compared, so that a loose comparison of the directory harms nobody. */
export async function findMappings(
  session: LdapSession,
  addresses: readonly ThreePid[],
  options: FindOptions,
  signal: AbortSignal,
): Promise<readonly FoundMapping[]> {
  // What is not canonical is nobody's address.
  const askable = addresses.filter(({ medium, address }) => canonicalAddress(medium, address) === address)
  const emails = askable.filter(({ medium }) => medium === 'email')
  const phones = askable.filter(({ medium }) => medium === 'msisdn')
  const entries = new Map<string, LdapEntry>()
  for (const batch of [...inBatches(emails, EMAILS_AT_ONCE), ...inBatches(phones, PHONES_AT_ONCE)]) {
    const found = await holders(session, batch, options, signal)
    for (const entry of found) if (options.layout.isEnabled(entry)) entries.set(entry.dn, entry)
  }
  const asked = new Set(askable.map(({ medium, address }) => `${medium} ${address}`))
  return [...entries.values()].flatMap((entry) => {
    const { person } = readPerson(entry, options.layout)
    if (person === null) return []
    const held = person.addresses.filter(({ medium, address }) => asked.has(`${medium} ${address}`))
    return held.map(({ medium, address }) => ({ medium, address, mxid: person.mxid }))
  })
}

/** Entries that may hold one of the addresses. */
async function holders(
  session: LdapSession,
  batch: readonly ThreePid[],
  options: FindOptions,
  signal: AbortSignal,
): Promise<readonly LdapEntry[]> {
  const { bases, layout, sizeLimit } = options
  const wanted = anyOf(batch.flatMap((one) => filtersOf(one, layout)))
  if (wanted === null) return []
  const filter = allOf([layout.people('lookup'), wanted])
  const found: LdapEntry[] = []
  for (const base of bases) {
    const order = { base, scope: 'sub', filter, attributes: layout.personAttributes, sizeLimit } as const
    const result = await session.search(order, signal)
    if (result.code === resultCode.sizeLimitExceeded)
      return await holdersOfHalves(session, batch, options, signal)
    if (result.code !== resultCode.success) throw searchFailure(session.server, base, result)
    found.push(...result.entries)
  }
  return found
}

async function holdersOfHalves(
  session: LdapSession,
  batch: readonly ThreePid[],
  options: FindOptions,
  signal: AbortSignal,
): Promise<readonly LdapEntry[]> {
  if (batch.length <= 1) {
    throw new BackendFailure(
      'query',
      'More entries than allowed look like holders of one address.',
      'Raise "sizeLimit", or correct "attributes" and "filter".',
    )
  }
  const middle = Math.ceil(batch.length / 2)
  return [
    ...(await holders(session, batch.slice(0, middle), options, signal)),
    ...(await holders(session, batch.slice(middle), options, signal)),
  ]
}

function filtersOf({ medium, address }: ThreePid, { emails, phones }: Layout): readonly Filter[] {
  return medium === 'email' ? emailFilters(address, emails) : phoneFilters(address, phones)
}

export function inBatches<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size))
}
