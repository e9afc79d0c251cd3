import { createHmac, hkdfSync, scrypt, timingSafeEqual } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { explainSystemError, systemErrorFix } from '../../../config/file-error.ts'
import { OperatorError } from '../../../config/operator-error.ts'
import { writeNewFile } from '../../../config/write-file.ts'
import type { Random } from '../../../runtime.ts'
import type { Header } from './header.ts'

/** What opens a backup. */
export type BackupKey = { readonly password: string } | { readonly keyFile: Buffer }

/** The keys of one file. */
export interface FileKeys {
  readonly seal: Buffer
  readonly mac: Buffer
}

export const kindOfKey = (key: BackupKey): Header['key']['from'] =>
  'password' in key ? 'password' : 'keyFile'

/**
 * 64 MiB and about half a second on a small machine: OWASP's second choice for scrypt (N = 2^16, r = 8, p = 2), with
 * half the memory of its first, which a Raspberry Pi would miss.
 */
export const passwordCost = { logN: 16, r: 8, p: 2 } as const

/** How the header names the way from `key` to the keys of the file. */
export function describeKey(key: BackupKey): Header['key'] {
  return 'password' in key ? { from: 'password', kdf: 'scrypt', ...passwordCost } : { from: 'keyFile' }
}

/** HKDF (RFC 5869) makes the two keys, so that neither tells anything about the other or about the password. */
export async function deriveKeys(key: BackupKey, header: Header): Promise<FileKeys> {
  const salt = Buffer.from(header.salt, 'base64')
  const secret = await secretOf(key, header, salt)
  const derive = (purpose: string) =>
    Buffer.from(hkdfSync('sha256', secret, salt, `signpost backup ${header.format} ${purpose}`, 32))
  return { seal: derive('chunks'), mac: derive('header') }
}

async function secretOf(key: BackupKey, header: Header, salt: Buffer): Promise<Buffer> {
  if ('keyFile' in key) return key.keyFile
  if (header.key.from !== 'password') throw new TypeError('the header names no password')
  const { logN, r, p } = header.key
  const options = { N: 2 ** logN, r, p, maxmem: 128 * 2 ** logN * r + 1_048_576 }
  return new Promise((resolve, reject) => {
    // NFC, because keyboards differ in how they write an ä.
    scrypt(key.password.normalize('NFC'), salt, 32, options, (error, secret) => {
      if (error === null) resolve(secret)
      else reject(error)
    })
  })
}

export const macOf = ({ mac }: FileKeys, header: Buffer) => createHmac('sha256', mac).update(header).digest()

export const isMacOf = (keys: FileKeys, header: Buffer, mac: Buffer) =>
  timingSafeEqual(macOf(keys, header), mac)

/** Makes a key file, for its owner alone. Rejects with the system's error when there is a file of that name. */
export async function createKeyFile(path: string, random: Random): Promise<void> {
  await writeNewFile(path, `${random.bytes(32).toString('base64')}\n`)
}

/** What stands in a key file: 32 bytes in base64; null for anything else. */
export function parseKeyFile(text: string): BackupKey | null {
  const keyFile = Buffer.from(text.trim(), 'base64')
  return keyFile.length === 32 && keyFile.toString('base64') === text.trim() ? { keyFile } : null
}

/** Reads a key file: 32 bytes in base64. Throws `secret-missing`. */
export async function readKeyFile(path: string): Promise<BackupKey> {
  const tried = `read the key file ${path}`
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    const likelyCause = explainSystemError(cause, path)
    throw new OperatorError('secret-missing', {
      ...{ tried, likelyCause, cause },
      fix: systemErrorFix(cause, path, 'read'),
    })
  })
  const key = parseKeyFile(text)
  if (key !== null) return key
  throw new OperatorError('secret-missing', {
    tried,
    likelyCause: 'It does not hold a key (32 bytes in base64).',
    fix: `Make one: signpost backup new-key ${path}`,
  })
}
