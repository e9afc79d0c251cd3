import type { Filter } from 'ldapts'
import { parsePhoneNumber } from '../../matrix/phone.ts'
import { emailSpellings, phoneDigits } from '../spellings.ts'
import { contains, containsSpread, equals, withGaps } from './filters.ts'
import { isProxyAttribute } from './people.ts'

/**
 * Filters that find the holders of a canonical address, and perhaps others: directories compare by rules of their own,
 * so whoever is found is read and compared again.
 */
export function emailFilters(address: string, attributes: readonly string[]): readonly Filter[] {
  const matches = emailSpellings(address).flatMap((spelling) => {
    const at = spelling.lastIndexOf('@')
    return spellings(spelling.slice(0, at), spelling.slice(at))
  })
  return attributes.flatMap((attribute) => [
    ...matches.map((match) => match(attribute, '')),
    ...(isProxyAttribute(attribute) ? matches.map((match) => match(attribute, 'smtp:')) : []),
  ])
}

type Match = (attribute: string, prefix: string) => Filter

/** Directories ignore case, but most leave alone what full case folding changes beyond it. */
const unfolded: Readonly<Record<string, string>> = { ss: '\u00df', '\u03c3': '\u03c2' }
const foldedPlaces = /(ss|\u03c3(?!\p{L}))/u
/** Each place doubles the spellings; beyond so many the directory searches with a gap at each. */
const MAX_PLACES = 3

/** Matches of a local part, followed by `rest`, with the sharp s and the final sigma wherever they may have been before folding. */
function spellings(local: string, rest: string): readonly Match[] {
  const parts = local.split(foldedPlaces)
  if (parts.length > 2 * MAX_PLACES + 1) {
    const fixed = parts.filter((_part, i) => i % 2 === 0)
    return [
      (attribute, prefix) =>
        withGaps(attribute, [prefix + fixed[0], ...fixed.slice(1, -1), fixed.at(-1) + rest]),
    ]
  }
  let begun = ['']
  for (const part of parts) {
    const choices = [part, ...(unfolded[part] === undefined ? [] : [unfolded[part]])]
    begun = begun.flatMap((start) => choices.map((choice) => start + choice))
  }
  return begun.map((text) => (attribute, prefix) => equals(attribute, prefix + text + rest))
}

/** So many last digits are the same however a number is written: none of them belongs to a prefix. */
const COMPARED_DIGITS = 7

/**
 * Nobody knows how a directory writes its numbers: `0170 / 765 43 21`, `+49 (170) 7654321`. So the last digits are
 * searched with anything between them. The usual forms are named too, for attributes that cannot be searched by parts.
 */
export function phoneFilters(digits: string, attributes: readonly string[]): readonly Filter[] {
  const international = parsePhoneNumber(`+${digits}`, '')?.international
  const forms = new Set([`+${digits}`, digits, ...(international === undefined ? [] : [international])])
  return attributes.flatMap((attribute) => [
    containsSpread(attribute, digits.slice(-COMPARED_DIGITS)),
    ...[...forms].map((form) => equals(attribute, form)),
  ])
}

/** For a search as people type: a part of an address, or some digits of a number. */
export function addressPartFilters(
  term: string,
  emails: readonly string[],
  phones: readonly string[],
): readonly Filter[] {
  const digits = phoneDigits(term)
  return [
    ...emails.map((attribute) => contains(attribute, term)),
    ...(digits === null ? [] : phones.map((attribute) => containsSpread(attribute, digits))),
  ]
}
