import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min'

export interface PhoneNumber {
  /** Digits with the country code and without the plus sign: the canonical address. */
  readonly msisdn: string
  /** For people: `+44 7700 900001`. */
  readonly international: string
  /**
   * ISO 3166-1 alpha-2. A range that the metadata does not know counts as the main country of its calling code
   * (GB for +44). Null for codes that belong to no country (+800).
   */
  readonly country: string | null
}

/**
 * Reads a phone number as dialled from `country` (two letters); a number in international form overrides the country.
 * Null when it cannot be a phone number. Its length has to be possible; its range need not be known, because new
 * ranges outrun any metadata and the specification's own example (`07700900001`, GB) lies in one for fiction.
 * An extension is refused: no text message reaches it, and dropping it would name somebody else's line.
 */
export function parsePhoneNumber(number: string, country: string): PhoneNumber | null {
  const region = country.toUpperCase()
  const parsed = parsePhoneNumberFromString(number, {
    ...(isSupportedCountry(region) ? { defaultCountry: region } : {}),
    extract: false,
  })
  if (parsed === undefined || parsed.ext !== undefined || !parsed.isPossible()) return null
  return {
    msisdn: parsed.number.slice(1),
    international: parsed.formatInternational(),
    country: parsed.country ?? parsed.getPossibleCountries()[0] ?? null,
  }
}

/** The digits of a canonical number as they are dialled within its country (`07700900001`); null when nobody knows. */
export function nationalDigits(msisdn: string): string | null {
  const national = parsePhoneNumberFromString(`+${msisdn}`, { extract: false })?.formatNational()
  return national?.replaceAll(/\D/g, '') ?? null
}
