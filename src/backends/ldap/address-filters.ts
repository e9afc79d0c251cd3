import { domainToUnicode } from 'node:url'
import type { Filter } from 'ldapts'
import { parsePhoneNumber } from '../../matrix/phone.ts'
import { contains, containsSpread, equals } from './filters.ts'
import { isProxyAttribute } from './people.ts'

/**
 * Filters that find the holders of a canonical address, and perhaps others: directories compare by rules of their own,
 * so whoever is found is read and compared again.
 */
export function emailFilters(address: string, attributes: readonly string[]): readonly Filter[] {
  const spellings = emailSpellings(address)
  return attributes.flatMap((attribute) => [
    ...spellings.map((spelling) => equals(attribute, spelling)),
    ...(isProxyAttribute(attribute)
      ? spellings.map((spelling) => equals(attribute, `smtp:${spelling}`))
      : []),
  ])
}

/** How many places of an address are tried in both spellings; each doubles the questions. */
const MAX_PLACES = 3

/**
 * What a directory may have written where we have a canonical form. Directories ignore case, but most leave alone what
 * full case folding changes beyond it: the sharp s and the final sigma. Domains may stand there in Unicode.
 */
function emailSpellings(address: string): readonly string[] {
  const at = address.lastIndexOf('@')
  const [local, domain] = [address.slice(0, at), address.slice(at + 1)]
  let locals = ['']
  let places = 0
  for (const part of local.split(/(ss|\u03c3(?!\p{L}))/u)) {
    const folded = { ss: '\u00df', '\u03c3': '\u03c2' }[part]
    const choices = folded !== undefined && places < MAX_PLACES ? [part, folded] : [part]
    if (choices.length > 1) places += 1
    locals = locals.flatMap((begun) => choices.map((choice) => begun + choice))
  }
  const domains = new Set([domain, domainToUnicode(domain) || domain])
  return locals.flatMap((one) => [...domains].map((other) => `${one}@${other}`))
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
  const digits = typedDigits(term)
  return [
    ...emails.map((attribute) => contains(attribute, term)),
    ...(digits === null ? [] : phones.map((attribute) => containsSpread(attribute, digits))),
  ]
}

/** The digits of what may be a part of a phone number, without trunk prefix; null when it can be none. */
export function typedDigits(term: string): string | null {
  if (!/^[+\d\s()./-]+$/.test(term)) return null
  const digits = term.replaceAll(/\D/g, '').replace(/^0+/, '')
  return digits.length < 3 ? null : digits
}
