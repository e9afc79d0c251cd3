import { createCipheriv, createDecipheriv } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Random } from '../runtime.ts'
import { explainSystemError, systemErrorCode } from './file-error.ts'
import { OperatorError } from './operator-error.ts'
import { createFile } from './write-file.ts'

/** Seals texts so that they can stand in the configuration file: `v1:` and base64 of nonce, ciphertext and tag. */
export interface Sealer {
  seal(text: string): string
  /** Throws `UnsealError` for a text that was changed, cut, or sealed with another key. */
  unseal(sealed: string): string
}

export class UnsealError extends Error {
  override readonly name = 'UnsealError'
}

const keyBytes = 32
const nonceBytes = 12
const tagBytes = 16
const version = 'v1:'
const sealedPattern = /^v1:[A-Za-z0-9+/]+={0,2}$/

/**
 * AES-256-GCM with a random 96-bit nonce. One installation seals a few dozen secrets in its life, far below the 2^32
 * messages at which random nonces under one key become a risk (NIST SP 800-38D, 8.3).
 */
export function createSealer(key: Buffer, random: Random): Sealer {
  return {
    seal(text) {
      const nonce = random.bytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
      cipher.setAAD(Buffer.from(version))
      const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return version + Buffer.concat([nonce, ciphertext, cipher.getAuthTag()]).toString('base64')
    },
    unseal(sealed) {
      if (!sealedPattern.test(sealed)) throw new UnsealError('Not a sealed value.')
      const bytes = Buffer.from(sealed.slice(version.length), 'base64')
      if (bytes.length < nonceBytes + tagBytes) throw new UnsealError('The sealed value is cut short.')
      const nonce = bytes.subarray(0, nonceBytes)
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
      decipher.setAAD(Buffer.from(version))
      decipher.setAuthTag(bytes.subarray(-tagBytes))
      try {
        const text = [decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]
        return Buffer.concat(text).toString('utf8')
      } catch (cause) {
        throw new UnsealError('The sealed value was changed, or sealed with another key.', { cause })
      }
    },
  }
}

/** What stands in `sealing.key` while the desktop app keeps the key in the keychain of the system. */
export const keptInKeychain = 'kept in the keychain\n'

export const sealingKeyFile = (dataDir: string) => join(dataDir, 'sealing.key')

/**
 * The 32-byte key in `sealing.key` of the data directory, made at the first call. Two processes that start at once end
 * up with the same key: the file appears whole or not at all. Throws `OperatorError`.
 */
export async function loadSealingKey(dataDir: string, random: Random): Promise<Buffer> {
  const path = sealingKeyFile(dataDir)
  const existing = await readKey(path)
  if (existing !== null) return existing
  await createKey(path, random)
  const created = await readKey(path)
  if (created === null) throw damaged(path)
  return created
}

/** The key in this file; null when there is no file. Throws `OperatorError`: `sealing-key-elsewhere` for the mark. */
export async function readKey(path: string): Promise<Buffer | null> {
  try {
    const { mode } = await stat(path)
    // Windows has no such mode bits; there the data directory's access list protects the file.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) throw exposed(path)
    const content = await readFile(path, 'utf8')
    if (content === keptInKeychain) throw elsewhere()
    const text = content.trim()
    const key = Buffer.from(text, 'base64')
    if (key.length !== keyBytes || key.toString('base64') !== text) throw damaged(path)
    return key
  } catch (error) {
    if (error instanceof OperatorError) throw error
    if (systemErrorCode(error) === 'ENOENT') return null
    throw new OperatorError('sealing-key-invalid', {
      tried: 'read the key that seals secrets',
      likelyCause: explainSystemError(error, path),
      fix: `Let the user that runs Signpost read ${path}.`,
      cause: error,
    })
  }
}

/** When another process was faster, its key counts. */
async function createKey(path: string, random: Random): Promise<void> {
  try {
    await createFile(path, `${random.bytes(keyBytes).toString('base64')}\n`)
  } catch (error) {
    throw new OperatorError('data-dir-not-writable', {
      tried: 'create the key that seals secrets',
      likelyCause: explainSystemError(error, path),
      fix: `Let the user that runs Signpost write to ${dirname(path)}.`,
      cause: error,
    })
  }
}

const elsewhere = () =>
  new OperatorError('sealing-key-elsewhere', {
    tried: 'read the key that seals secrets',
    likelyCause: 'The desktop app keeps it in the keychain of this system, where only the app can read it.',
    fix: 'Start Signpost with the desktop app, and set secrets in its window.',
  })

const exposed = (path: string) =>
  new OperatorError('sealing-key-exposed', {
    tried: 'read the key that seals secrets',
    likelyCause: `Other users of this machine can read or change ${path}.`,
    fix: `Run: chmod 600 '${path}' - and if somebody may have read it, set the sealed secrets anew.`,
  })

const damaged = (path: string) =>
  new OperatorError('sealing-key-invalid', {
    tried: 'read the key that seals secrets',
    likelyCause: `${path} does not hold a key (32 bytes in base64).`,
    fix: `Put the file back from a backup. Without one, move it away, start again and set every sealed secret anew.`,
  })
