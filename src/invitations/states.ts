import type { InvitationState } from '../storage/schema.ts'

/*
 * The life of an invitation
 *
 *     pending ---> resolved ---> delivered ---> accepted
 *      |  ^         |  |  |                        ^
 *      |  |_________|  |  '-> failed -> resolved   |
 *      |               |                           |
 *      |               '-> expired, revoked        |
 *      '-----> expired, revoked, accepted ---------'
 *
 * pending    Stored. The invited person was written to, and nobody is known to own the address.
 * resolved   Somebody owns the address. Their homeserver is told until it takes the invitation, for 30 days at most.
 * delivered  The homeserver has it: the person sees an invitation. Whether they join, no identity server hears.
 * accepted   The link of the mail was used: we signed for it, and then a homeserver asked whether the key is still valid,
 *            as it does when it turns the invitation into a membership. Nothing is delivered any more: Synapse turns a
 *            member who is told again back into an invited person.
 * expired    Nobody owned the address in time. With `invitations.expireTo` it went to that Matrix ID on the way.
 * revoked    Taken back by the operator.
 * failed     The homeserver refused it, or could not be reached for 30 days. A bind of the address tries again.
 *
 * Mails are no states: what became of them stands in the history (`history.ts`), as does why an invitation waits.
 */
const moves: Readonly<Record<InvitationState, readonly InvitationState[]>> = {
  pending: ['resolved', 'accepted', 'expired', 'revoked'],
  // To itself: the address has another owner. To pending: it has none any more.
  resolved: ['resolved', 'pending', 'delivered', 'accepted', 'expired', 'revoked', 'failed'],
  delivered: ['accepted'],
  accepted: [],
  expired: [],
  revoked: [],
  failed: ['resolved', 'revoked'],
}

export const allStates = Object.keys(moves) as readonly InvitationState[]

/** Whether an invitation may go from one state to another. */
export function mayMove(from: InvitationState, to: InvitationState): boolean {
  return moves[from].includes(to)
}

/** States in which the keys of an invitation are valid. What was delivered may be used from another account later. */
export const standingStates: readonly InvitationState[] = ['pending', 'resolved', 'delivered', 'accepted']

/** States from which a bind takes an invitation: also what was meant for the former owner, or could not be delivered. */
export const boundStates: readonly InvitationState[] = ['pending', 'resolved', 'failed']

/** States in which the operator can take an invitation back. */
export const revocableStates: readonly InvitationState[] = ['pending', 'resolved', 'failed']
