import type { InvitationFilter } from '../../invitations/list.ts'
import { parseUserId } from '../../matrix/identifiers.ts'
import { readTypedAddress } from '../activity/typed-address.ts'

/** What somebody typed to find invitations by; null for what can be none of it. Nothing is searched by its parts. */
export function readSearch(q: string): Pick<InvitationFilter, 'user' | 'room' | 'address'> | null {
  if (q === '') return {}
  if (q.startsWith('!')) return { room: q }
  if (parseUserId(q) !== null) return { user: q }
  const address = readTypedAddress(q)
  return address === null ? null : { address }
}
