import { canonicalEmail } from '../../matrix/threepid.ts'
import { textsOf, type LdapEntry } from './entry.ts'
import { mailAddresses } from './people.ts'
import type { Preset } from './presets.ts'

export interface GuessedAttributes {
  readonly user: string
  readonly name: string
  readonly emails: readonly string[]
  readonly phones: readonly string[]
}

/** Attributes by what a sample of people has in them; those of the preset where the sample says nothing. */
export function guessAttributes(
  entries: readonly LdapEntry[],
  preset: Preset,
): { readonly attributes: GuessedAttributes; readonly reasons: readonly string[] } {
  if (entries.length === 0) {
    const { user, name, emails, phones } = preset
    return { attributes: { user, name, emails, phones }, reasons: ['No people were found to look at.'] }
  }
  const names = [...new Set(entries.flatMap(({ attributes }) => [...attributes.keys()]))].toSorted()
  const filled = (attribute: string) => entries.filter((entry) => textsOf(entry, attribute).length > 0).length
  // The first that most people have; accounts of services lack what people have.
  const usual = (candidates: readonly string[]) =>
    candidates.find((attribute) => filled(attribute) * 2 > entries.length) ??
    candidates.toSorted((one, other) => filled(other) - filled(one))[0] ??
    ''
  const shareOf = (attribute: string) => `${attribute} (${filled(attribute)} of ${entries.length})`

  const user = usual([preset.user, 'uid', 'cn', 'sAMAccountName'])
  const name = usual([...new Set(['displayName', preset.name, 'cn'])])
  const emails = inOrder(
    preset.emails,
    names.filter((attribute) => holdsEmails(entries, attribute)),
  )
  const phones = inOrder(
    preset.phones,
    names.filter((attribute) => holdsPhones(entries, attribute)),
  )
  const phonesAreSafe = preset.phones.length > 0
  return {
    attributes: { user, name, emails, phones: phonesAreSafe ? phones : [] },
    reasons: [
      `Users stand in ${shareOf(user)}, names in ${shareOf(name)}.`,
      emails.length === 0
        ? 'Nobody has a mail address.'
        : `Mail addresses stand in ${emails.map(shareOf).join(', ')}.`,
      phones.length === 0
        ? 'Nobody has a phone number.'
        : `Phone numbers stand in ${phones.map(shareOf).join(', ')}${phonesAreSafe ? '' : selfWritten}.`,
    ],
  }
}

const selfWritten =
  ', where users may write their own: name them in "attributes.phones" once that right is taken away'

/** Those of the preset first and in its spelling. */
function inOrder(preset: readonly string[], found: readonly string[]): readonly string[] {
  const known = preset.filter((attribute) => found.includes(attribute.toLowerCase()))
  const lower = new Set(known.map((attribute) => attribute.toLowerCase()))
  return [...known, ...found.filter((attribute) => !lower.has(attribute))]
}

/** Look like mail addresses and are none, or are of other people. */
const noMail = /principal|sip|jabber|xmpp|manager|forward|matrix/i

function holdsEmails(entries: readonly LdapEntry[], attribute: string): boolean {
  if (noMail.test(attribute)) return false
  const values = entries.flatMap((entry) => mailAddresses(textsOf(entry, attribute), attribute))
  return mostOf(values, (value) => canonicalEmail(value.trim()) !== null)
}

/** By name as well: many other attributes hold digits, and a fax is nobody to invite. */
function holdsPhones(entries: readonly LdapEntry[], attribute: string): boolean {
  if (!/phone|mobile|handy/i.test(attribute) || /fax|facsimile/i.test(attribute)) return false
  const values = entries.flatMap((entry) => textsOf(entry, attribute))
  return mostOf(values, (value) => /^[+(\d][\d\s()./-]{4,}$/.test(value.trim()))
}

function mostOf(values: readonly string[], isRight: (value: string) => boolean): boolean {
  return values.length > 0 && values.filter(isRight).length * 2 > values.length
}
