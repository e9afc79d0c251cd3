import { createHmac } from 'node:crypto'
import { decodeBase64, encodeBase64 } from '../matrix/base64.ts'
import { signingKeyFromSeed, type SigningKey } from '../matrix/signing.ts'
import type { Runtime } from '../runtime.ts'
import { loadKeyFile, newKey, saveKeyFile, type KeyFile } from './key-file.ts'

/** The long-term keys of this identity server. */
export interface KeyRing {
  /** The key that signs. */
  active(): SigningKey
  /** Unpadded base64 public key of a key id, active or retired; null for an unknown one. */
  publicKey(keyId: string): string | null
  /** The key behind an unpadded base64 public key, active or retired; null for one that is not ours. */
  signer(publicKey: string): SigningKey | null
  /** Whether a public key, in any base64 spelling, is one of ours: retired keys stay valid for what they signed. */
  isValid(publicKey: string): boolean
  /** Every key, the oldest first. Times: milliseconds since the epoch. */
  list(): readonly ListedKey[]
  /** Starts signing with a new key; the old ones stay valid. */
  rotate(): Promise<SigningKey>
  /** 32 bytes for one purpose, the same after every restart. */
  derive(purpose: string, input: string): Buffer
}

export interface ListedKey {
  /** `ed25519:0` */
  readonly id: string
  /** Unpadded base64. */
  readonly publicKey: string
  readonly createdAt: number
  /** Null: it signs. */
  readonly retiredAt: number | null
}

export async function openKeyRing(file: string, runtime: Runtime): Promise<KeyRing> {
  let content = await loadKeyFile(file, runtime)
  let keys = toSigningKeys(content)

  return {
    active: () => {
      const index = content.keys.findLastIndex((key) => key.retiredAt === null)
      const key = keys[index]
      if (key === undefined) throw new Error(`${file} holds no key that is not retired.`)
      return key
    },
    publicKey: (keyId) => keys.find((key) => key.id === keyId)?.publicKey ?? null,
    signer: (publicKey) => keys.find((key) => key.publicKey === publicKey) ?? null,
    isValid: (publicKey) => {
      const bytes = decodeBase64(publicKey)
      return bytes !== null && keys.some((key) => key.publicKey === encodeBase64(bytes))
    },
    list: () =>
      content.keys.map(({ id, createdAt, retiredAt }, index) => ({
        ...{ id, createdAt, retiredAt },
        publicKey: keys[index]?.publicKey ?? '',
      })),
    rotate: async () => {
      const now = runtime.clock.now()
      const retired = content.keys.map((key) => ({ ...key, retiredAt: key.retiredAt ?? now }))
      const fresh = newKey(nextKeyId(content), runtime)
      const next = { ...content, keys: [...retired, fresh] }
      await saveKeyFile(file, next)
      content = next
      keys = toSigningKeys(next)
      runtime.log.info({ keyId: fresh.id }, 'a new signing key is in use')
      return signingKeyFromSeed(fresh.id, Buffer.from(fresh.seed, 'base64'))
    },
    derive: (purpose, input) =>
      createHmac('sha256', Buffer.from(content.secret, 'base64')).update(`${purpose}\n${input}`).digest(),
  }
}

function toSigningKeys(content: KeyFile): SigningKey[] {
  return content.keys.map((key) => signingKeyFromSeed(key.id, Buffer.from(key.seed, 'base64')))
}

/** `ed25519:0`, `ed25519:1`, ...; ids taken over from another server are skipped. */
function nextKeyId(content: KeyFile): string {
  const taken = new Set(content.keys.map((key) => key.id))
  let number = content.keys.length
  while (taken.has(`ed25519:${number}`)) number++
  return `ed25519:${number}`
}
