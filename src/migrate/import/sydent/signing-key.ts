import { decodeBase64 } from '../../../matrix/base64.ts'
import type { ImportedKeys } from '../keys.ts'

/**
 * `[crypto] ed25519.signingkey`: `ed25519 <version> <unpadded base64>`, or the hex seed of old versions, which Sydent took
 * over as version 0. Null when it is empty or neither.
 */
export function readSydentKey(value: string | undefined): ImportedKeys | null {
  const words = (value ?? '').trim().split(/\s+/)
  const [first = '', version, base64] = words
  if (words.length === 1 && /^[0-9a-fA-F]{64}$/.test(first)) {
    return { current: { id: 'ed25519:0', seed: Buffer.from(first, 'hex') }, others: [] }
  }
  if (first !== 'ed25519' || version === undefined || base64 === undefined) return null
  const seed = decodeBase64(base64)
  if (seed?.length !== 32 || !/^\w+$/.test(version)) return null
  return { current: { id: `ed25519:${version}`, seed: Buffer.from(seed) }, others: [] }
}
