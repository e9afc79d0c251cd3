import { z } from 'zod'

/*
 * Values of rows that another program wrote. SQLite stores whatever it is given in any column, and neither mxisd nor Sydent
 * checks what it reads; so nothing here fails, and what cannot be used is null.
 */

/** A text; numbers and UTF-8 bytes are read as one. Bytes in another encoding leave U+FFFD: see `isOtherEncoding`. */
export const text = z.unknown().transform((value): string | null => {
  if (typeof value === 'string') return value === '' ? null : value
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  return value instanceof Uint8Array ? new TextDecoder('utf-8').decode(value) : null
})

/** A whole number from 0 on, also one that was stored as text. "For ever" is often written as more than a number can hold. */
export const wholeNumber = z.unknown().transform((value): number | null => {
  const number = typeof value === 'string' && /^\d{1,20}$/.test(value) ? Number(value) : value
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 0) return null
  return Math.min(number, Number.MAX_SAFE_INTEGER)
})

/** Seconds since the epoch, read as milliseconds. */
export const seconds = wholeNumber.transform((value) => {
  return value === null ? null : Math.min(value * 1000, Number.MAX_SAFE_INTEGER)
})

/** SQLite has 0 and 1, PostgreSQL true and false. */
export const flag = z.unknown().transform((value): boolean => {
  return value === true || value === 1 || value === '1' || value === 'true' || value === 't'
})

/** Whether a text of the row was not UTF-8: decoding leaves the replacement character. */
export function isOtherEncoding(row: Readonly<Record<string, unknown>>): boolean {
  return Object.values(row).some((value) => typeof value === 'string' && value.includes('\u{fffd}'))
}
