import type { Runtime } from '../runtime.ts'
import type { InvitationState } from '../storage/schema.ts'
import type { Storage } from '../storage/storage.ts'
import { noLongerWaiting } from './history.ts'
import { moveInvitation } from './invitation.ts'
import { revocableStates } from './states.ts'

export type Revocation =
  | { readonly result: 'revoked' }
  /** It was revoked before, or has expired: nobody can use it. */
  | { readonly result: 'over'; readonly state: 'revoked' | 'expired' }
  /** The invited person has it. */
  | { readonly result: 'too-late'; readonly state: InvitationState }
  | { readonly result: 'unknown' }

/**
 * Takes an invitation back while it waits: its keys stop being valid at once, so that no homeserver accepts it any
 * more, and nothing is delivered. The room keeps showing it until somebody there removes it. Harmless when repeated.
 * @param by who did it, for the history
 */
export async function revokeInvitation(
  storage: Storage,
  runtime: Runtime,
  id: string,
  by: string,
): Promise<Revocation> {
  return await storage.transaction(async (tx) => {
    const change = { state: 'revoked', ...noLongerWaiting } as const
    if (await moveInvitation(tx, runtime, id, revocableStates, change, `revoked by ${by}`)) {
      return { result: 'revoked' }
    }
    const row = await tx.selectFrom('invitations').select('state').where('id', '=', id).executeTakeFirst()
    if (row === undefined) return { result: 'unknown' }
    const { state } = row
    return state === 'revoked' || state === 'expired'
      ? { result: 'over', state }
      : { result: 'too-late', state }
  })
}
