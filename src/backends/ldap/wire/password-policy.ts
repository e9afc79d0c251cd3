import { Control, type BerReader } from 'ldapts'

const passwordPolicyOid = '1.3.6.1.4.1.42.2.27.8.5.1'

/** draft-behera-ldap-password-policy, section 6.2, `error`. */
const errors = ['expired', 'locked', 'must-change'] as const

/** What the directory's password policy has against a login. */
export type PolicyError = (typeof errors)[number]

/** Asks for the reason of a refused login; OpenLDAP and 389 answer. */
export class PasswordPolicyControl extends Control {
  error: PolicyError | null = null

  constructor() {
    super(passwordPolicyOid)
  }

  /** `SEQUENCE { warning [0] ... OPTIONAL, error [1] ENUMERATED OPTIONAL }` */
  override parseControl(reader: BerReader): void {
    if (reader.readSequence() === null) return
    const warning = 0xa0
    if (reader.peek() === warning) {
      reader.readSequence(warning)
      reader.offset += reader.length
    }
    const error = 0x81
    if (reader.peek() === error) this.error = errors[reader.readTag(error) ?? -1] ?? null
  }
}
