import type { Config } from '../config/schema.ts'
import type { IdList } from '../intercepts/id-list.ts'
import type { People } from '../intercepts/people.ts'
import { memberOf } from '../intercepts/homeserver.ts'
import { isJsonObject } from '../matrix/canonical-json.ts'
import { MatrixError } from '../matrix/errors.ts'

/** How many invitations by address a request makes the homeserver send. */
export function countInvitations(
  segments: readonly string[],
  body: Readonly<Record<string, unknown>>,
): number {
  if (segments[0] === 'createRoom') {
    const invited = memberOf(body, 'invite_3pid')
    return Array.isArray(invited) ? invited.length : isJsonObject(invited) ? 1 : 0
  }
  return memberOf(body, 'medium') !== undefined || memberOf(body, 'address') !== undefined ? 1 : 0
}

/** True for `rooms/{id}/invite` and `createRoom`, with the transaction ID that Synapse takes at their end, too. */
export function isInviting(method: string, segments: readonly string[]): boolean {
  const [first, , action] = segments
  const last = method === 'PUT' ? 1 : 0
  if (first === 'createRoom') return segments.length === 1 + last
  return first === 'rooms' && action === 'invite' && segments.length === 3 + last
}

export interface InviterOptions {
  readonly rules: () => Config['roomInvites']
  readonly users: IdList
  readonly people: People
}

/** @throws MatrixError `M_FORBIDDEN` with the reason; 503 when that cannot be found out at the moment. */
export async function checkInviter({ rules, users, people }: InviterOptions, userId: string): Promise<void> {
  if (users.has(userId)) return
  const wanted = rules().roles
  if (wanted.length > 0) {
    const { roles, isWhole } = await people.profile(userId)
    if (roles.some((role) => wanted.includes(role))) return
    if (!isWhole) {
      throw new MatrixError('M_UNKNOWN', {
        status: 503,
        message: 'It cannot be found out at the moment whether you may invite by address. Try again later.',
      })
    }
  }
  throw new MatrixError('M_FORBIDDEN', {
    message:
      'You may not invite people by e-mail address or phone number here. Invite them by their Matrix ID.',
  })
}
