import type { Runtime } from '../runtime.ts'
import type { InvitationState } from '../storage/schema.ts'
import type { Storage } from '../storage/storage.ts'
import { toUrlSafe } from './ephemeral-key.ts'

/*
 * Why every invitation has a key-validity URL of its own
 *
 * A homeserver that turns an invitation into a room membership first asks whether the key that signed it is still
 * valid. When the answer to our `onbind` gets lost (timeout, crash), that question is the evidence that the homeserver
 * worked on it. It matters: an `onbind` repeated after the person joined throws them back to "invited" (seen with
 * Synapse). The key-validity URL is free for the identity server to choose, so each invitation gets one that names it.
 * The ephemeral key is unique to its invitation anyhow.
 */

/** States in which the keys of an invitation may still be used. A delivered one may be joined later from elsewhere. */
const standing: readonly InvitationState[] = ['pending', 'resolved', 'delivered']

/** What is to be said about a key, and what to do once it has been said. */
export interface KeyCheck {
  readonly valid: boolean
  /** To be called when the answer has gone out. Never rejects. */
  readonly answered: () => Promise<void>
}

export interface Evidence {
  /** A homeserver asks about the long-term key of one invitation; null for an unknown reference. */
  checkReference(reference: string): Promise<KeyCheck | null>
  /** A homeserver asks about an ephemeral key; null for one that belongs to no invitation. */
  checkEphemeralKey(publicKey: string): Promise<KeyCheck | null>
}

export function createEvidence(storage: Storage, runtime: Runtime): Evidence {
  async function check(
    column: 'evidence_ref' | 'ephemeral_public_key',
    value: string,
  ): Promise<KeyCheck | null> {
    const invitation = await storage.db
      .selectFrom('invitations')
      .select(['id', 'state', 'validity_asked_at'])
      .where(column, '=', value)
      .executeTakeFirst()
    if (invitation === undefined) return null
    // Only an invitation under delivery needs evidence, and one note is enough.
    const isEvidence = invitation.state === 'resolved' && invitation.validity_asked_at === null
    return {
      valid: standing.includes(invitation.state),
      answered: () => (isEvidence ? note(invitation.id) : Promise.resolve()),
    }
  }

  /*
   * Written after the answer, not before: if we die in between, an invitation that arrived is sent again, while the
   * other way round one that never arrived would count as delivered, and nobody would ever send it again.
   */
  async function note(id: string): Promise<void> {
    try {
      await storage.db
        .updateTable('invitations')
        .set({ validity_asked_at: runtime.clock.now() })
        .where('id', '=', id)
        .where('state', '=', 'resolved')
        .execute()
    } catch (error) {
      runtime.log.error({ err: error, invitation: id }, 'cannot note that a homeserver asked for a key')
    }
  }

  return {
    checkReference: (reference) => check('evidence_ref', reference),
    checkEphemeralKey: (publicKey) => check('ephemeral_public_key', toUrlSafe(publicKey)),
  }
}
