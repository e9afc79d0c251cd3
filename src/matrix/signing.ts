import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto'
import { decodeBase64, encodeBase64 } from './base64.ts'
import { canonicalJson, CanonicalJsonError, isJsonObject } from './canonical-json.ts'

/** An Ed25519 key pair that signs on behalf of an entity (a server name). */
export interface SigningKey {
  /** `ed25519:0`: the algorithm and the version under which the public key is published. */
  readonly id: string
  /** 32 secret bytes (RFC 8032's private key). */
  readonly seed: Buffer
  /** 32 bytes in unpadded standard base64. */
  readonly publicKey: string
  /** The signature, 64 bytes, in unpadded standard base64. Text is signed as UTF-8. */
  sign(data: Buffer | string): string
}

export type Signatures = Record<string, Record<string, string>>

// What stands before the raw 32 bytes in the DER encodings of RFC 8410.
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex')
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex')

const keyLength = 32
const signatureLength = 64

/** Builds the key pair of a 32-byte seed. The parsed key is kept, because parsing costs as much as a signature. */
export function signingKeyFromSeed(id: string, seed: Buffer): SigningKey {
  if (!id.startsWith('ed25519:')) throw new RangeError(`Key id ${id}: only ed25519 keys can sign.`)
  if (seed.length !== keyLength)
    throw new RangeError(`Key ${id}: the seed has to be ${keyLength} bytes long.`)
  const privateKey = createPrivateKey({
    key: Buffer.concat([pkcs8Prefix, seed]),
    format: 'der',
    type: 'pkcs8',
  })
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
  return {
    id,
    seed,
    publicKey: encodeBase64(spki.subarray(spkiPrefix.length)),
    sign: (data) => encodeBase64(sign(null, toBytes(data), privateKey)),
  }
}

/**
 * Signs `object` without its `signatures` and `unsigned` (specification appendices, "Signing JSON"). Returns a copy
 * that carries the signature next to those already there; `unsigned` stays.
 *
 * @throws {CanonicalJsonError} when the object has no canonical form.
 */
export function signJson<T extends object>(
  object: T,
  entity: string,
  key: SigningKey,
): T & { signatures: Signatures } {
  const signature = key.sign(canonicalJson(withoutSignatures(object)))
  const existing = ownObject(object, 'signatures') as Signatures
  return {
    ...object,
    signatures: { ...existing, [entity]: { ...ownObject(existing, entity), [key.id]: signature } },
  } as T & { signatures: Signatures }
}

/**
 * True when `entity` signed `object` with one of `keys` (key id to public key in base64). Signatures by other keys and
 * algorithms are passed over. Never throws: whatever a stranger sends is either signed or not.
 */
export function verifyJson(object: unknown, entity: string, keys: ReadonlyMap<string, string>): boolean {
  if (!isJsonObject(object)) return false
  const candidates = Object.entries(ownObject(ownObject(object, 'signatures'), entity)).flatMap(
    ([keyId, signature]) => {
      const publicKey = keyId.startsWith('ed25519:') ? keys.get(keyId) : undefined
      return publicKey === undefined || typeof signature !== 'string' ? [] : [{ publicKey, signature }]
    },
  )
  if (candidates.length === 0) return false
  const data = signedBytes(object)
  return (
    data !== null && candidates.some(({ publicKey, signature }) => verifyBytes(publicKey, data, signature))
  )
}

/** Checks one signature; key and signature in either base64. Never throws: malformed input is not a signature. */
export function verifyBytes(publicKey: string, data: Buffer, signature: string): boolean {
  return signatureCheck(publicKey, signature)(data)
}

/** The same for several candidates of what was signed: key and signature are read once. */
export function signatureCheck(publicKey: string, signature: string): (data: Buffer | string) => boolean {
  const rawSignature = decodeBase64(signature)
  const key = readPublicKey(publicKey)
  if (key === null || rawSignature?.length !== signatureLength) return () => false
  return (data) => verify(null, toBytes(data), key, rawSignature)
}

function readPublicKey(publicKey: string): KeyObject | null {
  const rawKey = decodeBase64(publicKey)
  if (rawKey?.length !== keyLength) return null
  try {
    return createPublicKey({ key: Buffer.concat([spkiPrefix, rawKey]), format: 'der', type: 'spki' })
  } catch {
    // OpenSSL may refuse 32 bytes that are no point of the curve already while reading them.
    return null
  }
}

function signedBytes(object: object): Buffer | null {
  try {
    return toBytes(canonicalJson(withoutSignatures(object)))
  } catch (error) {
    if (error instanceof CanonicalJsonError) return null
    throw error
  }
}

function withoutSignatures(object: object): object {
  const { signatures: _signatures, unsigned: _unsigned, ...rest } = object as Record<string, unknown>
  return rest
}

/** The member `key` if it is an object of its own, else an empty one: names such as `__proto__` must not be inherited. */
function ownObject(object: object, key: string): Record<string, unknown> {
  const value: unknown = Object.hasOwn(object, key) ? (object as Record<string, unknown>)[key] : undefined
  return isJsonObject(value) ? value : {}
}

function toBytes(data: Buffer | string): Buffer {
  return typeof data === 'string' ? Buffer.from(data, 'utf8') : data
}
