import type { ThreePid } from '../matrix/threepid.ts'
import { readEmail, readMatrixId, readPhone, type CellResult } from './cells.ts'
import type { SamplePerson } from './check.ts'
import { wordsOf } from './search-words.ts'

/** A person as a directory writes them: nothing is trimmed, folded or checked yet. */
export interface DirectoryRecord {
  /** Names the entry within its directory for good: a GUID, a primary key, a DN. */
  readonly key: string
  /** A localpart or a Matrix ID, as `UserRules.type` says. */
  readonly user: string
  readonly displayName: string | null
  readonly emails: readonly string[]
  readonly phones: readonly string[]
  /** What else a search by name looks into: a department, a nickname. */
  readonly others?: readonly string[]
}

/** A person as Signpost knows them. */
export interface Person {
  readonly mxid: string
  readonly displayName: string | null
  /** Canonical, each once. */
  readonly addresses: readonly ThreePid[]
  /** Words besides those of name and Matrix ID under which a search finds the person, folded; absent when there are none. */
  readonly others?: readonly string[]
}

/** A value of a directory that cannot be used. */
export interface Rejection {
  /** `user`, `email` or `phone`. */
  readonly field: 'user' | 'email' | 'phone'
  /** As it stands in the directory: mask it before it is shown to anybody but the operator. */
  readonly value: string
  /** A predicate of the value: "is not an e-mail address". */
  readonly reason: string
}

/** One entry of a directory after it was read. */
export interface ListedPerson {
  readonly key: string
  /** Null when no Matrix ID could be made: such an entry answers nothing. */
  readonly person: Person | null
  readonly rejections: readonly Rejection[]
  /** What it was read from, for who compares the two. Null where nothing could be read. No part of a mirror. */
  readonly record: DirectoryRecord | null
}

/** How a kind turns records into people. */
export interface PersonRules {
  /** The Matrix domain. */
  readonly domain: string
  /** What `user` holds. */
  readonly userType: 'localpart' | 'mxid'
  /** Localparts with characters that Matrix does not allow: left out, or written as `=c3=bc`. */
  readonly unsuitable: 'reject' | 'encode'
  /** Two letters: where numbers without a country code are dialled. Null: such numbers are left out. */
  readonly defaultCountry: string | null
}

const MAX_NAME_CHARACTERS = 256

/** Reads a record. Bad values are left out one by one and reported; only a bad user leaves out the whole person. */
export function readRecord(record: DirectoryRecord, rules: PersonRules): ListedPerson {
  const user = readUser(record.user, rules)
  if (!user.ok) {
    const rejection: Rejection = { field: 'user', value: record.user, reason: user.message }
    return { key: record.key, person: null, rejections: [rejection], record }
  }
  const rejections: Rejection[] = []
  const addresses = new Map<string, ThreePid>()
  const add = (
    medium: ThreePid['medium'],
    field: 'email' | 'phone',
    value: string,
    read: CellResult<string>,
  ) => {
    if (read.ok) addresses.set(`${medium} ${read.value}`, { medium, address: read.value })
    else rejections.push({ field, value, reason: read.message })
  }
  for (const value of record.emails) {
    if (value.trim() !== '') add('email', 'email', value, readEmail(value.trim()))
  }
  for (const value of record.phones) {
    if (value.trim() !== '')
      add('msisdn', 'phone', value, readPhone(value.trim(), rules.defaultCountry ?? '', false))
  }
  const displayName = readDisplayName(record.displayName)
  return {
    key: record.key,
    person: {
      mxid: user.value,
      displayName,
      addresses: [...addresses.values()],
      ...otherWords(record, user.value, displayName),
    },
    rejections,
    record,
  }
}

/** A directory can hold whole texts there; nobody types that much of one. */
const MAX_OTHER_WORDS = 16

function otherWords(
  { others = [] }: DirectoryRecord,
  mxid: string,
  displayName: string | null,
): Pick<Person, 'others'> {
  const own = new Set(wordsOf(`${displayName ?? ''} ${mxid.slice(0, mxid.indexOf(':'))}`))
  const words = new Set(others.flatMap(wordsOf).filter((word) => !own.has(word)))
  return words.size === 0 ? {} : { others: [...words].toSorted().slice(0, MAX_OTHER_WORDS) }
}

/** The Matrix ID of what a directory holds of a user. */
export function readUser(value: string, rules: PersonRules): CellResult<string> {
  const text = value.trim()
  if (text === '') return { ok: false, message: 'is empty', fix: 'Name the attribute that holds the user.' }
  if (rules.userType === 'mxid') {
    return text.startsWith('@') && text.includes(':')
      ? readMatrixId(text, rules.domain)
      : { ok: false, message: 'is not a Matrix ID', fix: 'Set the type of the user to localpart.' }
  }
  // A localpart that looks like a Matrix ID (`anna:evil.org`) must not be read as one.
  const localpart = rules.unsuitable === 'encode' ? encodeLocalpart(text) : text
  return localpart.includes(':') || localpart.startsWith('@')
    ? { ok: false, message: 'is not a localpart', fix: 'Matrix allows a-z, 0-9 and . _ = - / + there.' }
    : readMatrixId(localpart, rules.domain)
}

/** The user as the directory writes it, from a Matrix ID; null when no entry of ours can have it. */
export function userOf(mxid: string, rules: PersonRules): string | null {
  if (rules.userType === 'mxid') return mxid
  const suffix = `:${rules.domain}`
  if (!mxid.startsWith('@') || !mxid.endsWith(suffix)) return null
  const localpart = mxid.slice(1, -suffix.length)
  return rules.unsuitable === 'encode' ? decodeLocalpart(localpart) : localpart
}

/** Bytes that Matrix does not allow as `=xx` (specification appendices, "Mapping from other character sets"). */
function encodeLocalpart(text: string): string {
  const bytes = Buffer.from(text.normalize('NFC').toLowerCase())
  let encoded = ''
  for (const byte of bytes) {
    const character = String.fromCharCode(byte)
    encoded +=
      byte < 0x80 && /[a-z0-9._\-/+]/.test(character) ? character : `=${byte.toString(16).padStart(2, '0')}`
  }
  return encoded
}

function decodeLocalpart(localpart: string): string {
  const bytes: number[] = []
  for (let i = 0; i < localpart.length; i++) {
    const hex = localpart[i] === '=' ? /^[0-9a-f]{2}$/.exec(localpart.slice(i + 1, i + 3))?.[0] : undefined
    if (hex === undefined) bytes.push(localpart.charCodeAt(i))
    else {
      bytes.push(Number.parseInt(hex, 16))
      i += 2
    }
  }
  return Buffer.from(bytes).toString('utf8')
}

/** One line, without controls and of bounded length; null when nothing is left. */
export function readDisplayName(value: string | null): string | null {
  const name = (value ?? '').replaceAll(/[\p{Cc}\p{Bidi_Control}\s]+/gu, ' ').trim()
  return name === '' ? null : [...name].slice(0, MAX_NAME_CHARACTERS).join('')
}

/** A person as `check()` shows them. */
export function asSample({ key, person, rejections }: ListedPerson): SamplePerson {
  return {
    key,
    mxid: person?.mxid ?? null,
    displayName: person?.displayName ?? null,
    addresses: (person?.addresses ?? []).map(({ medium, address }) => `${medium} ${address}`),
    problems: rejections.map(({ field, value, reason }) => `${field} "${value}" ${reason}`),
  }
}
