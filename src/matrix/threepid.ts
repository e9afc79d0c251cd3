import { domainToASCII } from 'node:url'
import { caseFold } from './case-folding.ts'

/** The kinds of third-party identifier that Matrix defines (specification appendices, "3PID types"). */
export type Medium = 'email' | 'msisdn'

/** A third-party identifier. Stored, hashed and compared in its canonical form only. */
export interface ThreePid {
  readonly medium: Medium
  readonly address: string
}

export function isMedium(value: unknown): value is Medium {
  return value === 'email' || value === 'msisdn'
}

// RFC 5321 4.5.3.1: 64 for the local part, 256 for the path, whose angle brackets leave 254 for the address.
const maxLocalCharacters = 64
const maxAddressBytes = 254
/** Spares folding what cannot become short enough. */
const maxTypedLength = 500

/** White space, controls, bidirectional overrides, and the syntax of address lists: brackets, quotes, `mailto:`. */
const unsafeInAddress = /[\s\p{Cc}\p{Bidi_Control}<>[\],;:"]/u
/** Node's `domainToASCII` is a URL host parser: it would decode `%2e`, and cut at `/`, `?`, `#` and `\`. */
const unsafeInDomain = /[^0-9A-Za-z.\-\u0080-\u{10ffff}]/u
const domainPattern = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/**
 * The canonical form of a raw `user@domain`; null when it is none. Nothing is trimmed or guessed: surrounding space,
 * display names, angle brackets, quoted local parts, address literals and lists are refused.
 *
 * - The local part is fully case-folded and otherwise kept: `+tag`, `$ \ % ' * ( )`, dots. It is not normalised (NFC):
 *   the specification asks for folding alone, and a different byte is a different lookup hash on every other server.
 * - The domain is lower-cased and converted to its A-label. Sydent folds the domain too (`straße.de` to `strasse.de`),
 *   Synapse only lower-cases it; IDNA has them as two domains, and mail would go to another one.
 * - Limits, on the canonical form: local part 64 characters (code points), whole address 254 bytes of UTF-8.
 */
export function canonicalEmail(text: string): string | null {
  if (text.length > maxTypedLength || unsafeInAddress.test(text) || !text.isWellFormed()) return null
  const [localPart, typedDomain, ...rest] = text.split('@')
  if (!localPart || !typedDomain || rest.length > 0) return null

  const local = caseFold(localPart)
  const domain = canonicalDomain(typedDomain)
  if (domain === null || [...local].length > maxLocalCharacters) return null
  const address = `${local}@${domain}`
  return Buffer.byteLength(address) > maxAddressBytes ? null : address
}

/** An e-mail domain in lower case and A-labels; null for an IP address, an empty or overlong label, a trailing dot. */
export function canonicalDomain(text: string): string | null {
  if (unsafeInDomain.test(text)) return null
  const domain = domainToASCII(text)
  return domainPattern.test(domain) ? domain : null
}

/** E.164: a country code never begins with 0. libphonenumber knows numbers of up to 3 + 17 digits, above E.164's 15. */
const msisdnPattern = /^[1-9]\d{2,19}$/

/**
 * The canonical form of `address`, null when it is no address of `medium`. A phone number is expected in international
 * form, with or without its plus sign; what people type goes through `parsePhoneNumber`.
 */
export function canonicalAddress(medium: Medium, address: string): string | null {
  if (medium === 'email') return canonicalEmail(address)
  const digits = withoutPlus(address)
  return msisdnPattern.test(digits) ? digits : null
}

/**
 * What to look for when somebody asks about `address`: its canonical form, or the nearest text to it when there is
 * none. A lookup of nonsense finds nothing; it is not an error.
 */
export function foldForLookup(medium: Medium, address: string): string {
  return canonicalAddress(medium, address) ?? (medium === 'email' ? caseFold(address) : withoutPlus(address))
}

function withoutPlus(number: string): string {
  return number.startsWith('+') ? number.slice(1) : number
}
