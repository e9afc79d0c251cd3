import type { Runtime } from '../runtime.ts'
import type { Storage } from '../storage/storage.ts'
import { isCarriedKey } from './carried-keys.ts'
import { toUrlSafe } from './ephemeral-key.ts'
import { noLongerWaiting } from './history.ts'
import { moveInvitation, type Invitation } from './invitation.ts'
import { allStates, mayMove, standingStates } from './states.ts'

/*
 * Why every invitation has a key-validity URL of its own
 *
 * A homeserver that turns an invitation into a room membership first asks whether the key that signed it is still
 * valid. When the answer to our `onbind` gets lost (timeout, crash), that question is the evidence that the homeserver
 * worked on it. It matters: an `onbind` repeated after the person joined throws them back to "invited" (seen with
 * Synapse). The key-validity URL is free for the identity server to choose, so each invitation gets one that names it.
 * The ephemeral key is unique to its invitation anyhow.
 */

/** From where an invitation can be accepted. */
const acceptable = allStates.filter((state) => mayMove(state, 'accepted'))

export interface Evidence {
  /** A homeserver asks about the long-term key of one invitation; null for an unknown reference. */
  noteValidityCheck(reference: string): Promise<boolean | null>
  /** Whether an ephemeral key belongs to an invitation that still stands. */
  isEphemeralKeyValid(publicKey: string): Promise<boolean>
}

export function createEvidence(storage: Storage, runtime: Runtime): Evidence {
  async function note(
    column: 'evidence_ref' | 'ephemeral_public_key',
    value: string,
  ): Promise<boolean | null> {
    const invitation = await storage.db
      .selectFrom('invitations')
      .select(['id', 'state', 'delivery_started_at', 'validity_asked_at', 'signed_mxid'])
      .where(column, '=', value)
      .executeTakeFirst()
    if (invitation === undefined) return null
    const { id, state, delivery_started_at, validity_asked_at, signed_mxid } = invitation
    // Written before the answer goes out: if we die after it, the evidence is there. Should we die between the two, the
    // invitation counts as delivered although it was not; the link in the mail still works then. The other order would
    // repeat deliveries, and its instant is far longer. Outside a delivery the question is somebody's curiosity.
    if (delivery_started_at !== null && validity_asked_at === null) {
      await storage.db
        .updateTable('invitations')
        .set({ validity_asked_at: runtime.clock.now() })
        .where('id', '=', id)
        .execute()
    }
    if (column === 'ephemeral_public_key' && signed_mxid !== null && mayMove(state, 'accepted')) {
      await noteAccepted(id, signed_mxid)
    }
    return standingStates.includes(state)
  }

  /** See `states.ts`: the person has come in by the link of the mail. */
  async function noteAccepted(id: string, mxid: string): Promise<void> {
    const change = { state: 'accepted', ...noLongerWaiting } as const
    await storage.transaction((tx) =>
      moveInvitation(tx, runtime, id, acceptable, change, `${mxid} used the link of the mail`),
    )
  }

  return {
    noteValidityCheck: (reference) => note('evidence_ref', reference),
    isEphemeralKeyValid: async (publicKey) =>
      (await note('ephemeral_public_key', toUrlSafe(publicKey))) ??
      (await isCarriedKey(storage.db, publicKey)),
  }
}

/** What is known about an earlier delivery of this invitation. */
export type EarlierDelivery =
  /** There is none, or it was clearly refused: deliver. */
  | { readonly outcome: 'none' }
  /** A homeserver worked on it: do not deliver again. */
  | { readonly outcome: 'arrived' }
  /** Nobody knows yet; a homeserver may still be at work for this long. */
  | { readonly outcome: 'open'; readonly waitMs: number }

/** @param settleMs how long a homeserver may be at work on a request whose answer never came */
export function earlierDelivery(
  invitation: Pick<Invitation, 'delivery_started_at' | 'validity_asked_at'>,
  now: number,
  settleMs: number,
): EarlierDelivery {
  if (invitation.delivery_started_at === null) return { outcome: 'none' }
  if (invitation.validity_asked_at !== null) return { outcome: 'arrived' }
  const waitMs = invitation.delivery_started_at + settleMs - now
  return waitMs > 0 ? { outcome: 'open', waitMs } : { outcome: 'none' }
}

/** Notes, before anything is sent, that a delivery begins. False when the invitation is no longer for this user. */
export async function beginDelivery(
  storage: Storage,
  id: string,
  mxid: string,
  now: number,
): Promise<boolean> {
  const result = await storage.db
    .updateTable('invitations')
    .set({ delivery_started_at: now, validity_asked_at: null })
    .where('id', '=', id)
    .where('state', '=', 'resolved')
    .where('resolved_mxid', '=', mxid)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** The homeserver said clearly that it did not take the invitation: its question about the key led to nothing. */
export async function endDelivery(storage: Storage, id: string): Promise<void> {
  await storage.db
    .updateTable('invitations')
    .set({ delivery_started_at: null, validity_asked_at: null })
    .where('id', '=', id)
    .execute()
}
