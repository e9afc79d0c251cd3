import type { OnbindBody } from '../homeserver/onbind.ts'
import type { KeyRing } from '../keys/key-ring.ts'
import { signJson } from '../matrix/signing.ts'
import { ephemeralSigningKey } from './ephemeral-key.ts'
import type { Invitation } from './invitation.ts'

/**
 * One invitation as the Server-Server API wants it, signed by the long-term key that stands in the room, even when it
 * has been retired. There is one signature only: Synapse tries the first of several against each key of the room, and
 * refuses the invitation when that one is by another key.
 * @param serverName the entity name of our signatures
 */
export function onbindBody(
  invitation: Invitation,
  mxid: string,
  keyRing: KeyRing,
  serverName: string,
): OnbindBody {
  const { medium, address, sender, room_id, token } = invitation
  const key =
    keyRing.signer(invitation.server_public_key) ??
    ephemeralSigningKey(invitation.ephemeral_private_key) ??
    keyRing.active()
  const signed = signJson({ mxid, token }, serverName, key)
  return { medium, address, mxid, invites: [{ medium, address, mxid, sender, room_id, signed }] }
}
