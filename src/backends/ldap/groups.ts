import { ExtensibleFilter, type Filter } from 'ldapts'
import { BackendFailure } from '../failure.ts'
import { firstRdn } from './dn.ts'
import { bytesOf, firstText, textsOf, type LdapEntry } from './entry.ts'
import { anyOf, equals } from './filters.ts'
import { inBatches } from './find.ts'
import type { Layout } from './layout.ts'
import { topsOf } from './root-dse.ts'
import { resultCode, searchFailure } from './wire/result-codes.ts'
import type { LdapSession } from './wire/session.ts'

export interface GroupOptions {
  /** Where people are. */
  readonly bases: readonly string[]
  /** Where groups are; empty: in the directory around the people. */
  readonly groupBases: readonly string[]
  readonly layout: Layout
}

/** Attributes of a person that groups are found by. */
export const groupAttributes = ['memberOf', 'primaryGroupID', 'objectSid']

/** Groups of groups of groups: deeper than anybody keeps an overview. */
const MAX_DEPTH = 16
const GROUPS_AT_ONCE = 50

/** Names of all groups of a person, with the groups that these are in. */
export async function groupsOf(
  session: LdapSession,
  person: LdapEntry,
  options: GroupOptions,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const tops =
    options.groupBases.length > 0 ? options.groupBases : await topsOf(session, options.bases, signal)
  const search: Search = (filter) => groupsBy(session, tops, filter, signal)
  const primary = await search(primaryGroupFilter(person))
  const starts = [person.dn, ...primary.keys()]
  if (options.layout.preset.groups === 'chain') {
    const all = await chained(starts, search)
    if (all.size > 0) return names(new Map([...primary, ...all]))
  }
  const known = new Map([...primary, ...namedByPerson(person)])
  const uid = firstText(person, options.layout.user)
  await climb(known, [...starts, ...known.keys()], uid, search)
  return names(known)
}

type Search = (filter: Filter | null) => Promise<Groups>
type Groups = ReadonlyMap<string, string>
const names = (groups: Groups) => [...new Set(groups.values())].toSorted()

/** Adds to `known` (DN to name) all groups above `starts`. Circles end by themselves: nothing is asked twice. */
async function climb(
  known: Map<string, string>,
  starts: readonly string[],
  uid: string | null,
  search: Search,
): Promise<void> {
  let level: readonly string[] = [...new Set(starts)]
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0; depth++) {
    const next: string[] = []
    for (const batch of inBatches(level, GROUPS_AT_ONCE)) {
      const byDn = batch.flatMap((dn) => [equals('member', dn), equals('uniqueMember', dn)])
      const byName = depth === 0 && uid !== null ? [equals('memberUid', uid)] : []
      for (const [dn, name] of await search(anyOf([...byDn, ...byName]))) {
        if (known.has(dn)) continue
        known.set(dn, name)
        next.push(dn)
      }
    }
    level = next
  }
}

/** Active Directory follows groups itself (LDAP_MATCHING_RULE_TRANSITIVE_EVAL, MS-ADTS 3.1.1.3.4.4.3). */
const chainFilter = (dn: string): Filter =>
  new ExtensibleFilter({ matchType: 'member', rule: '1.2.840.113556.1.4.1941', value: dn })

/**
 * All groups above `starts` by that rule; none where the server has no such rule or fails in it. Samba fails as soon as
 * any part of the directory is hidden from the account.
 */
async function chained(starts: readonly string[], search: Search): Promise<Groups> {
  try {
    return await search(anyOf(starts.map(chainFilter)))
  } catch (error) {
    if (error instanceof BackendFailure && ['forbidden', 'query'].includes(error.code)) return new Map()
    throw error
  }
}

/** The primary group has its members in none of its attributes: its SID is that of the domain with their RID. */
function primaryGroupFilter(person: LdapEntry): Filter | null {
  const [sid] = bytesOf(person, 'objectSid')
  const rid = Number(firstText(person, 'primaryGroupID') ?? Number.NaN)
  if (sid === undefined || sid.length < 12 || !Number.isInteger(rid)) return null
  const groupSid = Buffer.from(sid)
  groupSid.writeUInt32LE(rid, groupSid.length - 4)
  return equals('objectSid', groupSid)
}

/** What the entry itself says; the only trace of dynamic groups. */
function namedByPerson(person: LdapEntry): Groups {
  return new Map(textsOf(person, 'memberOf').map((dn) => [dn, firstRdn(dn)?.value ?? dn]))
}

async function groupsBy(
  session: LdapSession,
  bases: readonly string[],
  filter: Filter | null,
  signal: AbortSignal,
): Promise<Groups> {
  const found = new Map<string, string>()
  if (filter === null) return found
  for (const base of bases) {
    const result = await session.search({ base, scope: 'sub', filter, attributes: ['cn'] }, signal)
    if (result.code !== resultCode.success) throw searchFailure(session.server, base, result)
    for (const group of result.entries) {
      found.set(group.dn, firstText(group, 'cn') ?? firstRdn(group.dn)?.value ?? group.dn)
    }
  }
  return found
}
