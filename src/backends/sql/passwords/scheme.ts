import { timingSafeEqual } from 'node:crypto'

/** One way of storing passwords. */
export interface PasswordScheme {
  /** For messages. */
  readonly name: string
  /**
   * Null when the text is none of this scheme. Throws `TooCostly` when it asks for more than a login may cost: whoever can
   * write a hash could otherwise stop the logins of everybody.
   */
  read(stored: string): VerifyPassword | null
}

export type VerifyPassword = (password: string) => boolean | Promise<boolean>

export class TooCostly extends Error {
  constructor() {
    super('the cost parameters of the hash are beyond all reason')
    this.name = 'TooCostly'
  }
}

/** Throws `TooCostly` unless every number is a whole one from 1 to its limit. */
export function within(...bounds: readonly (readonly [value: number, limit: number])[]): void {
  if (!bounds.every(([value, limit]) => Number.isSafeInteger(value) && value >= 1 && value <= limit)) {
    throw new TooCostly()
  }
}

/** Takes the same time wherever two texts of one length differ. */
export function equal(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other)
}

/** Base64 with or without padding; `.` in the place of `+` is how passlib and OpenLDAP write it. */
export function fromBase64(text: string): Buffer {
  return Buffer.from(text.replaceAll('.', '+'), 'base64')
}
