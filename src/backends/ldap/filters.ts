import {
  AndFilter,
  EqualityFilter,
  FilterParser,
  GreaterThanEqualsFilter,
  OrFilter,
  PresenceFilter,
  SubstringFilter,
  type Filter,
} from 'ldapts'
import { BackendFailure } from '../failure.ts'
import { filterProblem, tidyFilter } from './filter-syntax.ts'

/*
 * Filters as objects. Values go into the request byte by byte (RFC 4511, section 4.5.1.7), so that nothing in them is
 * ever read as syntax. Only what the operator or a preset wrote is parsed.
 */

/** `null` for an empty list of alternatives: it has no answers, so it need not be asked. */
export function anyOf(filters: readonly Filter[]): Filter | null {
  const [first] = filters
  if (first === undefined) return null
  return filters.length === 1 ? first : new OrFilter({ filters: [...filters] })
}

export function allOf(filters: readonly Filter[]): Filter {
  const [first] = filters
  return first !== undefined && filters.length === 1 ? first : new AndFilter({ filters: [...filters] })
}

export const equals = (attribute: string, value: string | Buffer): Filter =>
  new EqualityFilter({ attribute, value })
export const contains = (attribute: string, text: string): Filter =>
  new SubstringFilter({ attribute, any: [text] })
/** The characters in this order, with anything before, between and behind. */
export const containsSpread = (attribute: string, characters: string): Filter =>
  new SubstringFilter({ attribute, any: [...characters] })
/** These parts in this order, the first at the beginning and the last at the end. */
export const withGaps = (attribute: string, parts: readonly string[]): Filter =>
  new SubstringFilter({
    attribute,
    initial: parts[0] ?? '',
    // An empty part is no part (RFC 4511, section 4.5.1.7.2).
    any: parts.slice(1, -1).filter((part) => part !== ''),
    final: parts.at(-1) ?? '',
  })
export const exists = (attribute: string): Filter => new PresenceFilter({ attribute })
export const atLeast = (attribute: string, value: string): Filter =>
  new GreaterThanEqualsFilter({ attribute, value })
export const everything: Filter = exists('objectClass')

/** Reads a filter of an operator or a preset. `setting` names where it stands. Throws BackendFailure `configuration`. */
export function parseFilter(written: string, setting: string): Filter {
  const text = tidyFilter(written)
  const problem = filterProblem(text)
  if (problem !== null) {
    const fix = `Correct "${setting}"; a filter looks like (department=Teaching).`
    throw new BackendFailure('configuration', `"${setting}" is not a filter. ${problem}`, fix)
  }
  return FilterParser.parseString(withPlainUnicode(text))
}

/** `\c3\bc` to `ü`: the parser would take each escaped byte for a character of its own. */
function withPlainUnicode(text: string): string {
  return text.replaceAll(/(?:\\[89a-f][0-9a-f])+/gi, (run) =>
    Buffer.from(run.replaceAll('\\', ''), 'hex').toString('utf8'),
  )
}
