import { parseUserId } from '../../matrix/identifiers.ts'
import { canonicalAddress, isMedium, type ThreePid } from '../../matrix/threepid.ts'
import type { FoundMapping, FoundUser } from '../backend.ts'
import { readDisplayName, readRecord, readUser, type ListedPerson, type PersonRules } from '../person.ts'
import { personShape, type ContractAddress, type ContractId } from './shapes.ts'

/** What of `PersonRules` an administrator decides here: each id says its own type. */
export type ContractRules = Omit<PersonRules, 'userType'>

/** The Matrix ID of an id; null when it is none. */
export function mxidOf(id: ContractId, rules: ContractRules): string | null {
  const user = readUser(id.value, withType(id, rules))
  return user.ok ? user.value : null
}

/** Every type but `localpart` means a whole Matrix ID, as it did in mxisd; whether it is one is checked. */
function withType({ type }: ContractId, rules: ContractRules): PersonRules {
  return { ...rules, userType: type === 'localpart' ? 'localpart' : 'mxid' }
}

/** The addresses in canonical form, each once; what is no address is left out. */
export function threepidsOf(
  addresses: readonly ContractAddress[],
  rules: ContractRules,
): readonly ThreePid[] {
  const id = { type: 'mxid', value: `@-:${rules.domain}` }
  return readPerson({ id, threepids: addresses }, '', rules).person?.addresses ?? []
}

/** One person of a listing. `place` is the key of an entry that cannot be read: it is reported, not dropped. */
export function readListed(item: unknown, place: string, rules: ContractRules): ListedPerson {
  const parsed = personShape.safeParse(item)
  if (parsed.success) return readPerson(parsed.data, place, rules)
  const member = parsed.error.issues[0]?.path.join('.') ?? ''
  const reason = `cannot be read: the member "${member}" is missing or has another form`
  return { key: place, person: null, rejections: [{ field: 'user', value: '', reason }], record: null }
}

function readPerson(
  person: {
    readonly key?: string | null | undefined
    readonly id: ContractId
    readonly display_name?: string | null | undefined
    readonly threepids?: readonly ContractAddress[] | null | undefined
  },
  place: string,
  rules: ContractRules,
): ListedPerson {
  const valuesOf = (medium: string) =>
    (person.threepids ?? []).filter((one) => one.medium === medium).map(({ address }) => address)
  return readRecord(
    {
      key: person.key ?? (person.id.value || place),
      user: person.id.value,
      displayName: person.display_name ?? null,
      emails: valuesOf('email'),
      phones: valuesOf('msisdn').map(asInternational),
    },
    withType(person.id, rules),
  )
}

/** An `msisdn` is written without its plus sign; with other characters it is a number as people type it. */
function asInternational(number: string): string {
  return /^[1-9]\d*$/.test(number) ? `+${number}` : number
}

/**
 * The mapping that an answer gives for `asked`. Null when it has none, or echoes another address than the one it was
 * asked for: such an answer is about somebody else.
 */
export function mappingFor(
  asked: ThreePid,
  answer: {
    readonly medium?: string | null | undefined
    readonly address?: string | null | undefined
    readonly id?: ContractId | null | undefined
  },
  rules: ContractRules,
): FoundMapping | null {
  if (answer.id === undefined || answer.id === null) return null
  const echoed = canonicalAddress(asked.medium, answer.address ?? asked.address)
  if ((answer.medium ?? asked.medium) !== asked.medium || echoed !== asked.address) return null
  const mxid = mxidOf(answer.id, rules)
  return mxid === null ? null : { medium: asked.medium, address: asked.address, mxid }
}

/** What an answer echoes, in canonical form; null when it is no address. */
export function echoedAddress({ medium, address }: ContractAddress): ThreePid | null {
  const canonical = isMedium(medium) ? canonicalAddress(medium, address) : null
  return canonical === null || !isMedium(medium) ? null : { medium, address: canonical }
}

/** Search results: each person once, the Matrix IDs made from localparts on our domain. */
export function usersOf(
  results: readonly {
    readonly user_id: string
    readonly display_name?: string | null | undefined
    readonly avatar_url?: string | null | undefined
  }[],
  rules: ContractRules,
): readonly FoundUser[] {
  const users = new Map<string, FoundUser>()
  for (const { user_id, display_name, avatar_url } of results) {
    const own = parseUserId(user_id)?.serverName === rules.domain
    const mxid = mxidOf({ type: own ? 'mxid' : 'localpart', value: user_id }, rules)
    if (mxid === null || users.has(mxid)) continue
    const avatarUrl = avatar_url?.startsWith('mxc://') === true ? avatar_url : null
    users.set(mxid, { mxid, displayName: readDisplayName(display_name ?? null), avatarUrl })
  }
  return [...users.values()]
}
