import { scrubText } from './scrub-text.ts'
import type { Scrubber } from './scrubber.ts'

/** Fields that hold words of our own and nothing else: `info` is a level there, though somebody may be called so. */
const ownFields: ReadonlySet<string> = new Set([
  'level',
  'status',
  'state',
  'code',
  'area',
  'severity',
  'kind',
  'type',
])

/** Fields that name a machine or a login, even where the name is one plain word (`dc1`, `svc-signpost`). */
const hostFields = /^(host|hosts|hostname|server|heloName)$/
const userFields = /^(user|username|login)$/

/** A whole structure: texts, and the names of its members where these are names of somebody (`matrix.pins`). */
export function scrubValue(value: unknown, scrubber: Scrubber, field = ''): unknown {
  if (typeof value === 'string') {
    if (!/^[\w-]{1,40}$/.test(value)) return scrubText(value, scrubber)
    if (ownFields.has(field)) return value
    if (hostFields.test(field)) return scrubber.pseudonyms.host(value)
    return userFields.test(field) ? scrubber.pseudonyms.user(value) : scrubText(value, scrubber)
  }
  if (Array.isArray(value)) return value.map((each) => scrubValue(each, scrubber, field))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([name, member]) => [
    /^[A-Za-z_][\w-]*$/.test(name) && !scrubber.knownWords.has(name.toLowerCase())
      ? name
      : scrubText(name, scrubber),
    scrubValue(member, scrubber, name),
  ])
  return Object.fromEntries(entries)
}

/** All texts in a structure. */
export function* textsIn(value: unknown): Iterable<string> {
  if (typeof value === 'string') yield value
  else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      yield name
      yield* textsIn(member)
    }
  }
}
