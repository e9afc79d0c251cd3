import { createHash, createHmac } from 'node:crypto'
import { bcryptVerify } from 'hash-wasm'
import { within, type PasswordScheme, type VerifyPassword } from './scheme.ts'

/** 2^15 rounds take some seconds; bcrypt itself would allow 2^31. */
const MAX_COST = 15
/** What bcrypt reads of a password. Every implementation cuts or refuses the rest. */
const MAX_BYTES = 72

const pattern = /^\$2[abxy]\$(\d\d)\$[./A-Za-z0-9]{53}$/

function readBcrypt(hash: string): VerifyPassword | null {
  const cost = pattern.exec(hash)?.[1]
  if (cost === undefined) return null
  within([Number(cost), MAX_COST])
  return (password) => {
    const bytes = Buffer.from(password).subarray(0, MAX_BYTES)
    return bytes.length > 0 && bcryptVerify({ password: bytes, hash })
  }
}

/** `$2b$`, `$2y$`, `$2a$`, and Django's `bcrypt$$2b$...`. */
export const bcryptScheme: PasswordScheme = {
  name: 'bcrypt',
  read: (stored) => readBcrypt(stored.replace(/^bcrypt\$(?=\$)/, '')),
}

/** Django's `bcrypt_sha256$$2b$...`: bcrypt over the hexadecimal SHA-256 of the password, which has no 72 bytes to be cut at. */
export const djangoBcryptSha256: PasswordScheme = {
  name: 'bcrypt_sha256',
  read: (stored) =>
    readPrehashed(stored, 'bcrypt_sha256$', (password) =>
      createHash('sha256').update(password).digest('hex'),
    ),
}

/** WordPress since 6.8, `wp_hash_password`: bcrypt over the base64 of an HMAC of the trimmed password. */
export const wordpressBcrypt: PasswordScheme = {
  name: '$wp$',
  read: (stored) =>
    readPrehashed(stored, '$wp', (password) =>
      createHmac('sha384', 'wp-sha384').update(trimmed(password)).digest('base64'),
    ),
}

/** What PHP's `trim` takes away. WordPress does so when it hashes. */
function trimmed(password: string): string {
  return password.replace(/^[ \n\r\t\v\0]+|[ \n\r\t\v\0]+$/g, '')
}

function readPrehashed(
  stored: string,
  prefix: string,
  prehash: (password: string) => string,
): VerifyPassword | null {
  if (!stored.startsWith(prefix)) return null
  const verify = readBcrypt(stored.slice(prefix.length))
  return verify === null ? null : (password) => verify(prehash(password))
}
