import { timingSafeEqual } from 'node:crypto'
import type { KeyRing } from '../keys/key-ring.ts'
import type { Medium } from '../matrix/threepid.ts'

/** Random enough that a link cannot be guessed: 192 bits. */
const EMAIL_CODE_BYTES = 24
const SMS_DIGITS = 6

/**
 * The code that proves an address: in a mail's link 32 characters, in a text message six digits. It is derived from
 * the session id under the server's own secret, so that a mail sent again carries the same link, and so that a stolen
 * database holds no codes but those of messages that still wait in the outbox.
 */
export function validationCode(keyRing: KeyRing, medium: Medium, sid: string): string {
  const digest = keyRing.derive(`validation code, ${medium}`, sid)
  if (medium === 'email') return digest.subarray(0, EMAIL_CODE_BYTES).toString('base64url')
  // 48 bits over a million codes: the bias is below one in 10^8.
  return String(digest.readUIntBE(0, 6) % 10 ** SMS_DIGITS).padStart(SMS_DIGITS, '0')
}

/** Compares in constant time. White space around a typed code does not count. */
export function isCode(expected: string, given: string): boolean {
  const left = Buffer.from(expected)
  const right = Buffer.from(given.trim())
  return left.length === right.length && timingSafeEqual(left, right)
}
