import { createHash } from 'node:crypto'
import { verify } from 'unixcrypt'
import { equal, fromBase64, within, type PasswordScheme } from './scheme.ts'

const lengths: Readonly<Record<string, number>> = { sha1: 20, sha256: 32, sha512: 64 }
const saltedPattern = /^\{(S?)SHA(1|256|512)?\}([A-Za-z0-9+/]+={0,2})$/i

/** `{SSHA}`, `{SSHA256}`, `{SSHA512}` and `{SHA}` of LDAP servers: base64 of the digest and the salt behind it. */
export const ldapDigests: PasswordScheme = {
  name: 'SSHA',
  read(stored) {
    const [, salted, bits = '1', base64] = saltedPattern.exec(stored) ?? []
    if (base64 === undefined) return null
    const algorithm = `sha${bits}`
    const bytes = fromBase64(base64)
    const length = lengths[algorithm] ?? 0
    const [digest, salt] = [bytes.subarray(0, length), bytes.subarray(length)]
    if (digest.length !== length || (salted === '') !== (salt.length === 0)) return null
    return (password) => equal(createHash(algorithm).update(password).update(salt).digest(), digest)
  },
}

/** Rounds of SHA-crypt: its own default is 5,000, its limit 999,999,999. */
const MAX_ROUNDS = 2_000_000
const shaCryptPattern =
  /^\$[56]\$(?:rounds=(\d{1,10})\$)?[^$\n:]{0,16}\$(?:[./0-9A-Za-z]{43}|[./0-9A-Za-z]{86})$/

/** `$5$` and `$6$`, the usual ones of /etc/shadow (Drepper, "Unix crypt using SHA-256 and SHA-512"). */
export const shaCrypt: PasswordScheme = {
  name: 'SHA-crypt',
  read(stored) {
    const found = shaCryptPattern.exec(stored)
    if (found === null) return null
    within([Number(found[1] ?? 5_000), MAX_ROUNDS])
    return (password) => verify(password, stored)
  },
}

const itoa64 = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const phpassPattern = /^\$[PH]\$([./0-9A-Za-z])([./0-9A-Za-z]{8})([./0-9A-Za-z]{22})$/
/** 2^20 rounds of MD5; WordPress and phpBB have 2^13. */
const MAX_PHPASS_LOG2 = 20

/** The portable hashes of phpass, as WordPress before 6.8 (`$P$`) and phpBB 3 (`$H$`) have them. */
export const phpass: PasswordScheme = {
  name: 'phpass',
  read(stored) {
    const [, cost, salt, expected] = phpassPattern.exec(stored) ?? []
    if (cost === undefined || salt === undefined || expected === undefined) return null
    const log2 = itoa64.indexOf(cost)
    within([log2, MAX_PHPASS_LOG2])
    return (password) => {
      const bytes = Buffer.from(password)
      let hash = createHash('md5').update(salt).update(bytes).digest()
      for (let i = 0; i < 2 ** log2; i++) hash = createHash('md5').update(hash).update(bytes).digest()
      return equal(Buffer.from(encodePhpass(hash)), Buffer.from(expected))
    }
  },
}

/** Little-endian groups of 6 bits, three bytes to four characters. */
function encodePhpass(hash: Uint8Array): string {
  let text = ''
  for (let i = 0; i < hash.length; i += 3) {
    const group = hash.subarray(i, i + 3)
    const value = group.reduce((sum, byte, place) => sum + byte * 2 ** (8 * place), 0)
    for (let j = 0; j <= group.length; j++) text += itoa64[Math.floor(value / 64 ** j) % 64]
  }
  return text
}
