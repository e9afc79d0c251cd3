import type { LdapEntry } from './entry.ts'
import { textsOf } from './entry.ts'
import { everything } from './filters.ts'
import { isWithin } from './dn.ts'
import { resultCode, searchFailure } from './wire/result-codes.ts'
import type { LdapSession } from './wire/session.ts'

/** What a server says about itself (RFC 4512, section 5.1); no attributes where it does not say anything. */
export async function readRootDse(
  session: LdapSession,
  attributes: readonly string[],
  signal: AbortSignal,
): Promise<LdapEntry> {
  const entry = await readEntryAt(session, '', attributes, signal)
  return entry ?? { dn: '', attributes: new Map() }
}

/** One entry by its name; null when it is not there or may not be seen. */
export async function readEntryAt(
  session: LdapSession,
  dn: string,
  attributes: readonly string[],
  signal: AbortSignal,
): Promise<LdapEntry | null> {
  const result = await session.search({ base: dn, scope: 'base', filter: everything, attributes }, signal)
  if (result.code === resultCode.noSuchObject) return null
  if (result.code !== resultCode.success) throw searchFailure(session.server, dn, result)
  return result.entries[0] ?? null
}

/** The tops of the directory that the bases lie under; a base itself where the server names no top for it. */
export async function topsOf(
  session: LdapSession,
  bases: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const contexts = textsOf(await readRootDse(session, ['namingContexts'], signal), 'namingContexts')
  const byLength = contexts.filter((dn) => dn !== '').toSorted((one, other) => other.length - one.length)
  return [...new Set(bases.map((base) => byLength.find((context) => isWithin(base, context)) ?? base))]
}
