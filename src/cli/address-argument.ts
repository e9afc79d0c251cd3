import { isSupportedCountry } from 'libphonenumber-js/min'
import { readAddress, readMedium } from '../backends/cells.ts'
import type { Medium, ThreePid } from '../matrix/threepid.ts'
import { UsageError } from './usage-error.ts'

/** `[MEDIUM] ADDRESS` of a command line in canonical form; without a medium, `@` tells. Throws `UsageError`. */
export function readAddressArgument(words: readonly string[], country: string): ThreePid {
  const [first = '', second, ...rest] = words
  if (first === '' || rest.length > 0)
    throw new UsageError('Name one address, in quotation marks if it has spaces.')
  const text = (second ?? first).trim()
  const medium = second === undefined ? guessMedium(text) : readMedium(first)
  if (medium === null) throw new UsageError(`"${first}" is not a medium. Write email or phone.`)
  // As in Matrix itself: who says msisdn means digits with the country code.
  const address = readAddress(medium, text, country, first === 'msisdn')
  if (!address.ok) throw new UsageError(`The address ${address.message}. ${address.fix}`)
  return { medium, address: address.value }
}

function guessMedium(text: string): Medium {
  return text.includes('@') ? 'email' : 'msisdn'
}

/** Two letters of a country (ISO 3166-1 alpha-2); empty when none was named. Throws `UsageError`. */
export function readCountry(value: string | undefined): string {
  if (value === undefined) return ''
  const country = value.toUpperCase()
  if (isSupportedCountry(country)) return country
  throw new UsageError(`"${value}" is not the two letters of a country, such as DE, AT, CH or GB.`)
}
