/** Matrix's base64 (specification appendices, "Unpadded base64"): written without padding, read with or without. */

/** Standard alphabet, no padding: keys, signatures, content hashes. */
export function encodeBase64(bytes: Uint8Array): string {
  return asBuffer(bytes).toString('base64').replace(/=+$/, '')
}

/** URL-safe alphabet, no padding: lookup hashes. */
export function encodeBase64Url(bytes: Uint8Array): string {
  return asBuffer(bytes).toString('base64url')
}

const base64Pattern = /^(?:[A-Za-z0-9+/]*|[A-Za-z0-9_-]*)={0,2}$/

/**
 * Reads either alphabet (but not a mixture), padded in full or not at all; null for anything else. Node's own decoder
 * skips what it does not know, which would let many texts stand for one key. Bits left over in the last character are
 * ignored, because published keys have them (the specification's own test seed ends in `1`): compare bytes, not text.
 */
export function decodeBase64(text: string): Buffer | null {
  if (!base64Pattern.test(text)) return null
  const lengthFits = text.endsWith('=') ? text.length % 4 === 0 : text.length % 4 !== 1
  return lengthFits ? Buffer.from(text, 'base64') : null
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
