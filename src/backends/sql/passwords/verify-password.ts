import { argon2Scheme } from './argon2.ts'
import { bcryptScheme, djangoBcryptSha256, wordpressBcrypt } from './bcrypt.ts'
import { ldapDigests, phpass, shaCrypt } from './digests.ts'
import { djangoPbkdf2, pbkdf2Scheme, werkzeugPbkdf2 } from './pbkdf2.ts'
import { equal, TooCostly, type PasswordScheme, type VerifyPassword } from './scheme.ts'
import { djangoScrypt, scryptScheme, werkzeugScrypt } from './scrypt.ts'

/** `scheme` is a name for messages and holds nothing of the hash. */
export type Verdict =
  | { readonly type: 'right' | 'wrong' }
  | { readonly type: 'unknown-scheme' | 'too-costly'; readonly scheme: string }

export interface VerifyOptions {
  /** Whether what is no hash is the password itself. */
  readonly plain: boolean
}

const schemes: readonly PasswordScheme[] = [
  bcryptScheme,
  djangoBcryptSha256,
  wordpressBcrypt,
  argon2Scheme,
  scryptScheme,
  djangoScrypt,
  werkzeugScrypt,
  pbkdf2Scheme,
  djangoPbkdf2,
  werkzeugPbkdf2,
  ldapDigests,
  shaCrypt,
  phpass,
]

/**
 * Compares a password with what a directory stores of it. Computes for as long as the hash asks for, within bounds, and
 * blocks its thread meanwhile: see `createPasswordChecker`.
 */
export async function verifyPassword(
  password: string,
  stored: string,
  { plain }: VerifyOptions,
): Promise<Verdict> {
  // Older implementations end a password at its first NUL. Nobody types one.
  if (password.includes('\0')) return { type: 'wrong' }
  const hash = withoutWrapper(stored.trim())
  for (const scheme of schemes) {
    let verify: VerifyPassword | null
    try {
      verify = scheme.read(hash)
    } catch (error) {
      if (!(error instanceof TooCostly)) throw error
      return { type: 'too-costly', scheme: scheme.name }
    }
    if (verify !== null) return { type: (await verify(password)) ? 'right' : 'wrong' }
  }
  if (!plain) return { type: 'unknown-scheme', scheme: nameOf(hash) }
  return { type: equal(Buffer.from(password), Buffer.from(stored)) ? 'right' : 'wrong' }
}

/** `{CRYPT}$6$...` of LDAP servers, `{BLF-CRYPT}$2y$...` of Dovecot: the inner text says by itself what it is. */
function withoutWrapper(stored: string): string {
  return stored.replace(/^\{[A-Z0-9.-]{1,20}\}(?=\$)/i, '')
}

/** Formats that are known and not supported, or damaged. Other texts are not quoted: they may be passwords. */
const names: readonly (readonly [beginning: RegExp, name: string])[] = [
  [/^\{S?MD5\}/i, 'MD5'],
  [/^\$1\$/, 'MD5-crypt ($1$)'],
  [/^\$apr1\$/, 'Apache MD5 ($apr1$)'],
  [/^\$(y|gy)\$/, 'yescrypt'],
  [/^\$7\$/, 'scrypt ($7$)'],
  [/^\$2[abxy]\$/, 'bcrypt, but damaged'],
  [/^\$argon2/, 'argon2, but damaged or older than version 1.3'],
  [/^\$[56]\$/, 'SHA-crypt, but damaged'],
  [/^\{CRYPT\}/i, 'CRYPT with DES'],
  [/^[0-9a-f]{32}$/i, 'MD5 without a salt'],
  [/^[0-9a-f]{40}$/i, 'SHA-1 without a salt'],
  [/^[0-9a-f]{64}$/i, 'SHA-256 without a salt'],
]

function nameOf(hash: string): string {
  return names.find(([beginning]) => beginning.test(hash))?.[1] ?? 'an unknown format'
}
