import { lookupHashBytes } from '../matrix/lookup-hash.ts'

export const hashBytes = 32
/** A SHA-256 as eight little-endian words, the way the table compares it: the bytes as they lie in memory. */
export const hashWords = hashBytes / 4
const hashTextLength = 43

const sextets = buildSextets()

/**
 * Reads the 43 characters of an unpadded URL-safe base64 SHA-256 into the 32 bytes from `at` on. Returns false for
 * anything else, including the standard alphabet: such an entry "simply does not match" (Identity Service API, 3PID
 * hashing). Four characters at a time, and one check at the end: this runs a thousand times a request.
 */
export function decodeHash(text: string, bytes: Uint8Array, at = 0): boolean {
  if (text.length !== hashTextLength) return false
  let seen = 0
  let to = at
  for (let i = 0; i < hashTextLength; i += 4) {
    const a = sextetAt(text, i)
    const b = sextetAt(text, i + 1)
    const c = sextetAt(text, i + 2)
    // The last group has three characters: two bytes, and two bits that have to be zero.
    const last = i + 4 > hashTextLength
    const d = last ? -(c & 0b11) : sextetAt(text, i + 3)
    seen |= a | b | c | d
    bytes[to] = (a << 2) | (b >> 4)
    bytes[to + 1] = (b << 4) | (c >> 2)
    if (!last) bytes[to + 2] = (c << 6) | d
    to += 3
  }
  return seen >= 0
}

/** The lookup hash of a canonical address as words. */
export function hashToWords(address: string, medium: string, pepper: string, words: Int32Array): void {
  const digest = lookupHashBytes(address, medium, pepper)
  for (let i = 0; i < hashWords; i++) words[i] = digest.readInt32LE(i * 4)
}

/** -1 for a character outside the alphabet. */
function sextetAt(text: string, index: number): number {
  return sextets[text.charCodeAt(index)] ?? -1
}

/** One entry per UTF-16 code unit, so that no character falls outside the table. */
function buildSextets(): Int8Array {
  const table = new Int8Array(0x1_0000).fill(-1)
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  for (let i = 0; i < alphabet.length; i++) table[alphabet.charCodeAt(i)] = i
  return table
}
