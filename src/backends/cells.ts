import { parseUserId } from '../matrix/identifiers.ts'
import { parsePhoneNumber } from '../matrix/phone.ts'
import { canonicalAddress, canonicalEmail, type Medium } from '../matrix/threepid.ts'

/** What a cell means, or what is wrong with it: a predicate ("is not ...") and what to write, as a sentence. */
export type CellResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly message: string; readonly fix: string }

const fine = <T>(value: T): CellResult<T> => ({ ok: true, value })
const wrong = (message: string, fix: string): CellResult<never> => ({ ok: false, message, fix })

export function readEmail(cell: string): CellResult<string> {
  const text = cell.replace(/^mailto:/i, '')
  const address = canonicalEmail(text)
  if (address !== null) return fine(address)
  if (/[\s,;<>]/.test(text))
    return wrong('is not a single e-mail address', 'Write one address alone, without a name.')
  return wrong('is not an e-mail address', 'Write it like anna@example.org.')
}

/**
 * A phone number as people and spreadsheets write it. `country` (two letters, or empty) is where a number without a
 * country code is dialled; `international` says that the digits begin with one.
 */
export function readPhone(cell: string, country: string, international: boolean): CellResult<string> {
  if (/^\d[.,]?\d*E\+?\d+$/i.test(cell)) {
    const fix = 'Format the column as text and enter the number again.'
    return wrong('was shortened by a spreadsheet: digits are missing', fix)
  }
  const text = cell.replace(/^tel:/i, '')
  if (international && /^[1-9]\d*$/.test(text)) {
    const digits = canonicalAddress('msisdn', text)
    return digits === null ? wrong('is not a phone number', 'Write it like +49 170 1234567.') : fine(digits)
  }
  // Everywhere that 00 is not the prefix of international calls (North America), no number begins with it either.
  const parsed = parsePhoneNumber(text.replace(/^00(?=[\s1-9])/, '+'), country)
  if (parsed === null) {
    if (country !== '') return wrong('is not a phone number', 'Write it like +49 170 1234567.')
    return wrong(
      'is not a phone number with its country code',
      'Write it like +49 170 1234567, or name the country of all such numbers: --country DE',
    )
  }
  return isAmbiguous(text, parsed.msisdn, country)
    ? wrong('can be read with or without a country code', `Write +${text} or 0${text}, whichever is meant.`)
    : fine(parsed.msisdn)
}

/** `491701234567` in Germany: an international number that lost its plus, or a national one that lost its zero? */
function isAmbiguous(text: string, msisdn: string, country: string): boolean {
  if (/^[+0(]/.test(text)) return false
  const other = parsePhoneNumber(`+${text}`, '')
  return other !== null && other.country === country.toUpperCase() && other.msisdn !== msisdn
}

export function readAddress(
  medium: Medium,
  cell: string,
  country: string,
  international: boolean,
): CellResult<string> {
  return medium === 'email' ? readEmail(cell) : readPhone(cell, country, international)
}

/** The grammar of localparts that are given out today (specification appendices, "User identifiers"). */
const localpartPattern = /^[a-z0-9._=\-/+]+$/

/**
 * A Matrix ID, or the localpart of one on `domain`. A bare localpart is lower-cased, since directories write capitals
 * and homeservers do not give them out; a whole Matrix ID stays as it is.
 */
export function readMatrixId(cell: string, domain: string): CellResult<string> {
  const example = `Write it like @anna:${domain}, or only anna.`
  if (cell.includes(':')) {
    if (parseUserId(cell) !== null) return fine(cell)
    const meant = `@${cell}`
    return wrong('is not a Matrix ID', parseUserId(meant) === null ? example : `Write ${meant}`)
  }
  const localpart = cell.replace(/^@/, '').toLowerCase()
  const mxid = `@${localpart}:${domain}`
  if (localpartPattern.test(localpart) && parseUserId(mxid) !== null) return fine(mxid)
  const message = localpart.includes('@') ? 'is an e-mail address, not a Matrix ID' : 'is not a Matrix ID'
  return wrong(message, example)
}

export function readMedium(cell: string): Medium | null {
  const word = cell.toLowerCase().replaceAll(/[^a-z]/g, '')
  if (['email', 'mail'].includes(word)) return 'email'
  return ['msisdn', 'phone', 'tel', 'telefon', 'telephone', 'mobile', 'mobil'].includes(word)
    ? 'msisdn'
    : null
}
