import { readMatrixId } from '../../backends/cells.ts'
import type { ThreePid } from '../../matrix/threepid.ts'
import { readTypedAddress } from '../activity/typed-address.ts'
import { AdminError } from './errors.ts'

/** What somebody typed into the field `address`. @throws AdminError `invalid` with an example. */
export function needAddress(text: string): ThreePid {
  const address = readTypedAddress(text)
  if (address !== null) return address
  throw wrongField(
    'address',
    'This is neither an e-mail address nor a phone number with its country code.',
    'Write anna@example.org, or a number with its country code: +49 170 1234567.',
  )
}

/** A Matrix ID in the field `userId`, or the localpart of one on `domain`. @throws AdminError `invalid`. */
export function needUserId(text: string, domain: string): string {
  const userId = readMatrixId(text, domain)
  if (userId.ok) return userId.value
  throw wrongField('userId', `"${text}" ${userId.message}.`, userId.fix)
}

const wrongField = (path: string, message: string, fix: string) =>
  new AdminError('invalid', { problems: [{ path, message, fix }] })
