import { verifyJson } from '../matrix/signing.ts'
import { MatrixError } from '../matrix/errors.ts'
import { z } from 'zod'

/** What `store-invite` tells a homeserver; it stands in the room until the invited person is known. */
export const storedInvitation = z.object({
  token: z.string(),
  public_keys: z.array(z.object({ public_key: z.string(), key_validity_url: z.string() })).min(1),
  display_name: z.string(),
})
export type StoredInvitation = z.infer<typeof storedInvitation>

/** One entry of the body of `3pid/onbind` (Server-Server API, "Third-party invites"). */
export const acceptedInvitation = z.object({
  mxid: z.string(),
  room_id: z.string(),
  signed: z.looseObject({
    mxid: z.string(),
    token: z.string(),
    signatures: z.record(z.string(), z.record(z.string(), z.string())),
  }),
})
export type AcceptedInvitation = z.infer<typeof acceptedInvitation>

export type Membership = 'join' | 'invite'

export interface Room {
  readonly id: string
  readonly name: string
  readonly members: Map<string, Membership>
  /** Invitations to addresses whose owner nobody knows yet. */
  readonly waiting: StoredInvitation[]
}

/** Asks a key-validity URL; false for a key that must not be believed any more. */
export type CheckKey = (keyValidityUrl: string, publicKey: string) => Promise<boolean>

/**
 * Turns an invitation by address into a membership, if a key that was named when it was stored has signed it and is
 * still valid (Server-Server API, `m.room.third_party_invite`).
 * @throws MatrixError `M_FORBIDDEN`.
 */
export async function acceptInvitation(
  rooms: ReadonlyMap<string, Room>,
  { mxid, room_id, signed }: AcceptedInvitation,
  checkKey: CheckKey,
): Promise<void> {
  const room = rooms.get(room_id)
  const invitation = room?.waiting.find(({ token }) => token === signed.token)
  if (room === undefined || invitation === undefined) throw refused('No such invitation waits in that room.')
  if (signed.mxid !== mxid) throw refused('The invitation is signed for somebody else.')
  const key = invitation.public_keys.find((each) => isSignedBy(signed, each.public_key))
  if (key === undefined) throw refused('The invitation is not signed by a key that stands in the room.')
  if (!(await checkKey(key.key_validity_url, key.public_key))) {
    throw refused('The key that signed the invitation is not valid any more.')
  }
  room.waiting.splice(room.waiting.indexOf(invitation), 1)
  if (!room.members.has(mxid)) room.members.set(mxid, 'invite')
}

/** Which server and which version of a key it was does not matter: the key itself stands in the room. */
function isSignedBy(signed: AcceptedInvitation['signed'], publicKey: string): boolean {
  return Object.entries(signed.signatures).some(([entity, signatures]) =>
    Object.keys(signatures).some((keyId) => verifyJson(signed, entity, new Map([[keyId, publicKey]]))),
  )
}

const refused = (message: string) => new MatrixError('M_FORBIDDEN', { message })
