import { caseFold } from '../../matrix/case-folding.ts'
import { parseUserId } from '../../matrix/identifiers.ts'
import { parsePhoneNumber } from '../../matrix/phone.ts'
import { canonicalAddress, isMedium, type ThreePid } from '../../matrix/threepid.ts'
import type { Findings } from './findings.ts'

/** The canonical form of an address that another server stored; null, with a finding, when it is none. */
export function readAddress(
  findings: Findings,
  row: string,
  typedMedium: string,
  typedAddress: string,
): ThreePid | null {
  const medium = typedMedium.trim().toLowerCase()
  if (!isMedium(medium)) {
    findings.add('unknown-medium', row, typedMedium)
    return null
  }
  const cleaned = medium === 'email' ? cleanEmail(typedAddress) : cleanPhone(typedAddress)
  const address = canonicalAddress(medium, cleaned)
  if (address === null) {
    findings.add('invalid-address', row, typedAddress)
    return null
  }
  if (medium === 'email' && isFoldedDomain(cleaned)) {
    findings.add('domain-folding', row, `${typedAddress} is ${address}`)
  }
  if (medium === 'msisdn' && parsePhoneNumber(`+${address}`, 'ZZ') === null) {
    findings.add('odd-phone', row, typedAddress)
  }
  return { medium, address }
}

/** The Matrix ID as it is; null, with a finding, when it is none. */
export function readMatrixId(findings: Findings, row: string, typed: string): string | null {
  if (parseUserId(typed) !== null) return typed
  findings.add('invalid-matrix-id', row, typed)
  return null
}

function cleanEmail(address: string): string {
  return address.trim().replace(/^mailto:/i, '')
}

/** What people write between digits, and the prefix 00 of international calls. No country code begins with 0. */
function cleanPhone(number: string): string {
  return number.replaceAll(/[\s().\-/+]/g, '').replace(/^00/, '')
}

/** Whether Sydent's folding makes another domain of it than lower-casing does. */
function isFoldedDomain(address: string): boolean {
  const domain = address.slice(address.lastIndexOf('@') + 1)
  return caseFold(domain) !== domain.toLowerCase()
}
