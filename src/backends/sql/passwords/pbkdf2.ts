import { pbkdf2 } from 'node:crypto'
import { promisify } from 'node:util'
import { equal, fromBase64, within, type PasswordScheme, type VerifyPassword } from './scheme.ts'

/** Ten times what OWASP recommends today; some seconds. */
const MAX_ITERATIONS = 10_000_000

const compute = promisify(pbkdf2)

interface Pbkdf2Hash {
  readonly digest: string | undefined
  readonly iterations: string | undefined
  readonly salt: Buffer
  readonly expected: Buffer
}

function verifier({ digest, iterations, salt, expected }: Pbkdf2Hash): VerifyPassword | null {
  if (digest === undefined || expected.length < 16) return null
  const count = Number(iterations)
  within([count, MAX_ITERATIONS])
  return async (password) => equal(await compute(password, salt, count, expected.length, digest), expected)
}

/** Django: `pbkdf2_sha256$600000$salt$hash`, where the salt is a text. */
const django = /^pbkdf2_(sha1|sha256|sha512)\$(\d{1,10})\$([^$]+)\$([A-Za-z0-9+/]+={0,2})$/
/** Werkzeug (Flask): `pbkdf2:sha256:600000$salt$hash`, hexadecimal. */
const werkzeug = /^pbkdf2:(sha1|sha256|sha512):(\d{1,10})\$([^$]+)\$([0-9a-f]+)$/
/** passlib: `$pbkdf2-sha256$29000$salt$hash`; without a name it is SHA-1. */
const passlib = /^\$pbkdf2(?:-(sha1|sha256|sha512))?\$(\d{1,10})\$([A-Za-z0-9./+]*)\$([A-Za-z0-9./+]+)$/
/** OpenLDAP's pw-pbkdf2: the same in another dress. */
const ldap = /^\{PBKDF2(?:-(SHA1|SHA256|SHA512))?\}(\d{1,10})\$([A-Za-z0-9./+]*)\$([A-Za-z0-9./+]+)$/i

export const pbkdf2Scheme: PasswordScheme = {
  name: 'PBKDF2',
  read(stored) {
    const [, digest = 'sha1', iterations, salt = '', hash] = passlib.exec(stored) ?? ldap.exec(stored) ?? []
    if (hash === undefined) return null
    const parts = { salt: fromBase64(salt), expected: fromBase64(hash) }
    return verifier({ digest: digest.toLowerCase(), iterations, ...parts })
  },
}

export const djangoPbkdf2: PasswordScheme = {
  name: 'PBKDF2 of Django',
  read(stored) {
    const [, digest, iterations, salt = '', hash = ''] = django.exec(stored) ?? []
    return verifier({ digest, iterations, salt: Buffer.from(salt), expected: fromBase64(hash) })
  },
}

export const werkzeugPbkdf2: PasswordScheme = {
  name: 'PBKDF2 of Werkzeug',
  read(stored) {
    const [, digest, iterations, salt = '', hash = ''] = werkzeug.exec(stored) ?? []
    return verifier({ digest, iterations, salt: Buffer.from(salt), expected: Buffer.from(hash, 'hex') })
  },
}
