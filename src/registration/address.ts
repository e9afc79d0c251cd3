import { memberOf } from '../intercepts/homeserver.ts'
import { MatrixError } from '../matrix/errors.ts'
import { parsePhoneNumber } from '../matrix/phone.ts'
import { canonicalEmail, type ThreePid } from '../matrix/threepid.ts'

/**
 * The address of a request for a registration code (Client-Server API, `register/email/requestToken` and
 * `register/msisdn/requestToken`), in canonical form.
 * @throws MatrixError `M_MISSING_PARAMS`, `M_INVALID_PARAM` or, for a medium that does not exist, `M_UNRECOGNIZED`.
 */
export function registrationAddress(medium: string, body: Readonly<Record<string, unknown>>): ThreePid {
  if (medium === 'email') {
    const address = canonicalEmail(textMember(body, 'email'))
    if (address === null) throw invalid('email')
    return { medium, address }
  }
  if (medium !== 'msisdn') throw new MatrixError('M_UNRECOGNIZED')
  const number = parsePhoneNumber(textMember(body, 'phone_number'), textMember(body, 'country'))
  if (number === null) throw invalid('phone_number')
  return { medium, address: number.msisdn }
}

function textMember(body: Readonly<Record<string, unknown>>, name: string): string {
  const value = memberOf(body, name)
  if (typeof value !== 'string') throw new MatrixError('M_MISSING_PARAMS', { message: `Missing: ${name}.` })
  return value
}

const invalid = (name: string) => new MatrixError('M_INVALID_PARAM', { message: `Invalid ${name}.` })
