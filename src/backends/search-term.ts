/** A term as a pattern for `LIKE :pattern ESCAPE '!'`; wildcards in it stand for themselves. */
export function likePattern(term: string): string {
  return `%${term.replaceAll(/[!%_]/g, '!$&')}%`
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
