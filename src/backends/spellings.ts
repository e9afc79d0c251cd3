import { domainToUnicode } from 'node:url'

/** An e-mail address in the spellings that directories have for its domain: ours, in A-labels (RFC 5890), and its own letters. */
export function emailSpellings(address: string): readonly string[] {
  const at = address.lastIndexOf('@')
  const domain = address.slice(at + 1)
  const unicode = domainToUnicode(domain)
  return unicode === domain || unicode === '' ? [address] : [address, `${address.slice(0, at)}@${unicode}`]
}

/**
 * The digits of what looks like a part of a phone number, without the zeros that stand for "abroad" or "long distance";
 * null for anything else.
 */
export function phoneDigits(term: string): string | null {
  if (!/^\+?[\d\s()./-]+$/.test(term)) return null
  const digits = term.replaceAll(/\D/g, '').replace(/^0+/, '')
  return digits.length < 3 ? null : digits
}
