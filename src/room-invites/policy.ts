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

/** Why somebody may invite by address, or may not; `unknown`: a directory that would have to say so does not answer. */
export type InviterVerdict =
  { readonly verdict: 'user' | 'nobody' | 'unknown' } | { readonly verdict: 'role'; readonly role: string }

export async function judgeInviter(
  { rules, users, people }: InviterOptions,
  userId: string,
): Promise<InviterVerdict> {
  if (users.has(userId)) return { verdict: 'user' }
  const wanted = rules().roles
  if (wanted.length === 0) return { verdict: 'nobody' }
  const { roles, isWhole } = await people.profile(userId)
  const role = roles.find((one) => wanted.includes(one))
  if (role !== undefined) return { verdict: 'role', role }
  return { verdict: isWhole ? 'nobody' : 'unknown' }
}

/** @throws MatrixError `M_FORBIDDEN` with the reason; 503 when that cannot be found out at the moment. */
export async function checkInviter(options: InviterOptions, userId: string): Promise<void> {
  const { verdict } = await judgeInviter(options, userId)
  if (verdict === 'user' || verdict === 'role') return
  if (verdict === 'unknown') {
    throw new MatrixError('M_UNKNOWN', {
      status: 503,
      message: 'It cannot be found out at the moment whether you may invite by address. Try again later.',
    })
  }
  throw new MatrixError('M_FORBIDDEN', {
    message:
      'You may not invite people by e-mail address or phone number here. Invite them by their Matrix ID.',
  })
}
