import { decodeBase64, encodeBase64Url } from '../matrix/base64.ts'
import { signingKeyFromSeed, type SigningKey } from '../matrix/signing.ts'
import type { Runtime } from '../runtime.ts'

/** Names an ephemeral key in signatures. Verifiers try every key of the invitation, so the name identifies nothing. */
const EPHEMERAL_KEY_ID = 'ed25519:ephemeral'

/** The key pair of one invitation, both halves in unpadded URL-safe base64: the private one travels in a mail's link. */
export interface EphemeralKey {
  readonly publicKey: string
  readonly privateKey: string
}

export function newEphemeralKey(runtime: Runtime): EphemeralKey {
  const seed = runtime.random.bytes(32)
  const publicKey = signingKeyFromSeed(EPHEMERAL_KEY_ID, seed).publicKey
  return { publicKey: toUrlSafe(publicKey), privateKey: encodeBase64Url(seed) }
}

/** The signing key behind the private half, in any base64 spelling; null when it is not 32 bytes. */
export function ephemeralSigningKey(privateKey: string): SigningKey | null {
  const seed = decodeBase64(privateKey)
  return seed !== null && seed.length === 32 ? signingKeyFromSeed(EPHEMERAL_KEY_ID, seed) : null
}

/** One spelling for comparisons; what is not base64 stays as it is and matches nothing. */
export function toUrlSafe(key: string): string {
  const bytes = decodeBase64(key)
  return bytes === null ? key : encodeBase64Url(bytes)
}
