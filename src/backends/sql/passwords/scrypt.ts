import { scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import { equal, fromBase64, within, type PasswordScheme, type VerifyPassword } from './scheme.ts'

const MAX_BYTES = 512 * 1024 * 1024
const MAX_LOG_N = 24
const MAX_R = 64
const MAX_P = 16

const compute = promisify<string, Buffer, number, object, Buffer>(scrypt)

interface ScryptHash {
  readonly logN: number
  readonly r: number
  readonly p: number
  readonly salt: Buffer
  readonly expected: Buffer
}

function verifier({ logN, r, p, salt, expected }: ScryptHash): VerifyPassword | null {
  if (expected.length === 0) return null
  within([logN, MAX_LOG_N], [r, MAX_R], [p, MAX_P])
  const memory = 128 * r * 2 ** logN
  within([memory, MAX_BYTES], [memory * p, 2 * MAX_BYTES])
  // Node refuses to use as much as its limit, and needs a little for itself.
  const options = { N: 2 ** logN, r, p, maxmem: memory + 128 * r * (p + 2) + 1024 * 1024 }
  return async (password) => equal(await compute(password, salt, expected.length, options), expected)
}

/** The PHC string of passlib: `$scrypt$ln=16,r=8,p=1$salt$hash`. */
const phc = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,4}),p=(\d{1,4})\$([A-Za-z0-9+/.]*)\$([A-Za-z0-9+/.]{22,})$/

export const scryptScheme: PasswordScheme = {
  name: 'scrypt',
  read(stored) {
    const [, logN, r, p, salt = '', hash] = phc.exec(stored) ?? []
    if (hash === undefined) return null
    const costs = { logN: Number(logN), r: Number(r), p: Number(p) }
    return verifier({ ...costs, salt: fromBase64(salt), expected: fromBase64(hash) })
  },
}

/** Django: `scrypt$16384$salt$8$1$hash`, where the salt is a text. */
const django = /^scrypt\$(\d{1,9})\$([^$]+)\$(\d{1,4})\$(\d{1,4})\$([A-Za-z0-9+/]{22,}={0,2})$/
/** Werkzeug (Flask): `scrypt:32768:8:1$salt$hash`, hexadecimal. */
const werkzeug = /^scrypt:(\d{1,9}):(\d{1,4}):(\d{1,4})\$([^$]+)\$([0-9a-f]{32,})$/

export const djangoScrypt: PasswordScheme = {
  name: 'scrypt of Django',
  read(stored) {
    const [, n, salt, r, p, hash] = django.exec(stored) ?? []
    return salt === undefined || hash === undefined
      ? null
      : verifier({ ...costsOf(n, r, p), salt: Buffer.from(salt), expected: fromBase64(hash) })
  },
}

export const werkzeugScrypt: PasswordScheme = {
  name: 'scrypt of Werkzeug',
  read(stored) {
    const [, n, r, p, salt, hash] = werkzeug.exec(stored) ?? []
    return salt === undefined || hash === undefined
      ? null
      : verifier({ ...costsOf(n, r, p), salt: Buffer.from(salt), expected: Buffer.from(hash, 'hex') })
  },
}

function costsOf(n: string | undefined, r: string | undefined, p: string | undefined) {
  return { logN: Math.log2(Number(n)), r: Number(r), p: Number(p) }
}
