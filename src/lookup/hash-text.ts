import { lookupHashBytes } from '../matrix/lookup-hash.ts'

/** A SHA-256 as eight 32-bit words. */
export const hashWords = 8
const hashTextLength = 43

const sextets = buildSextets()

/**
 * Reads the 43 characters of an unpadded URL-safe base64 SHA-256 into eight words (little-endian byte order, as
 * `Int32Array` sees the raw bytes on every platform Signpost runs on). Returns false for anything else, including the
 * standard alphabet: such an entry "simply does not match" (Identity Service API, 3PID hashing).
 */
export function decodeHash(text: string, words: Int32Array): boolean {
  if (text.length !== hashTextLength) return false
  let bits = 0
  let bitCount = 0
  let word = 0
  let shift = 0
  let index = 0
  for (let i = 0; i < hashTextLength; i++) {
    const sextet = sextets[text.charCodeAt(i)] ?? -1
    if (sextet < 0) return false
    bits = (bits << 6) | sextet
    bitCount += 6
    if (bitCount < 8) continue
    bitCount -= 8
    word |= ((bits >>> bitCount) & 0xff) << shift
    shift += 8
    if (shift === 32) {
      words[index++] = word
      word = 0
      shift = 0
    }
  }
  // The last character carries two bits beyond the 256: they must be zero, or two texts would mean one hash.
  return (bits & 0b11) === 0
}

/** The lookup hash of a canonical address as words. */
export function hashToWords(address: string, medium: string, pepper: string, words: Int32Array): void {
  const digest = lookupHashBytes(address, medium, pepper)
  for (let i = 0; i < hashWords; i++) words[i] = digest.readInt32LE(i * 4)
}

function buildSextets(): Int8Array {
  const table = new Int8Array(128).fill(-1)
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  for (let i = 0; i < alphabet.length; i++) table[alphabet.charCodeAt(i)] = i
  return table
}
