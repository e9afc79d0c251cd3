import { canonicalAddress, canonicalEmail, type ThreePid } from '../../matrix/threepid.ts'

/** What people put between the digits of a number. */
const betweenDigits = /[\s()./-]/g

/** An e-mail address, or a phone number in international form however it is spaced; null for anything else. */
export function readTypedAddress(text: string): ThreePid | null {
  const trimmed = text.trim()
  if (trimmed.includes('@')) {
    const address = canonicalEmail(trimmed)
    return address === null ? null : { medium: 'email', address }
  }
  const digits = trimmed.replace(/^00/, '+').replaceAll(betweenDigits, '')
  // A short number is more likely something else that was searched for.
  if (!/^\+?\d{7,20}$/.test(digits)) return null
  const address = canonicalAddress('msisdn', digits)
  return address === null ? null : { medium: 'msisdn', address }
}
