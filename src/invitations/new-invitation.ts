import type { Kysely, Transaction } from 'kysely'
import type { KeyRing } from '../keys/key-ring.ts'
import type { Runtime } from '../runtime.ts'
import type { Database } from '../storage/schema.ts'
import { newEphemeralKey } from './ephemeral-key.ts'
import { noteHistory } from './history.ts'
import type { Invitation } from './invitation.ts'
import type { StoreRequest } from './store-request.ts'

export interface NewInvitation {
  readonly runtime: Runtime
  readonly keyRing: KeyRing
  readonly request: StoreRequest
  /** The sender owns the token of the request. */
  readonly verified: boolean
  /** Milliseconds. */
  readonly expireAfter: number
}

/** Stores an invitation with a token, keys and a key-validity URL of its own. */
export async function insertInvitation(
  tx: Transaction<Database>,
  { runtime, keyRing, request, verified, expireAfter }: NewInvitation,
): Promise<Invitation> {
  const { medium, address } = request
  const key = newEphemeralKey(runtime)
  const now = runtime.clock.now()
  const invitation: Invitation = {
    id: runtime.random.bytes(12).toString('base64url'),
    token: runtime.random.bytes(32).toString('base64url'),
    medium,
    address,
    address_domain: medium === 'email' ? domainOf(address) : null,
    room_id: request.roomId,
    sender: request.sender,
    sender_verified_at: verified ? now : null,
    properties: JSON.stringify(request.properties),
    server_public_key: keyRing.active().publicKey,
    ephemeral_public_key: key.publicKey,
    ephemeral_private_key: key.privateKey,
    evidence_ref: runtime.random.bytes(12).toString('base64url'),
    state: 'pending',
    created_at: now,
    expires_at: now + expireAfter,
    ...nothingHappened,
  }
  await tx.insertInto('invitations').values(invitation).execute()
  await noteHistory(tx, runtime, [
    { id: invitation.id, event: 'pending', detail: `stored for ${request.sender}` },
  ])
  return invitation
}

const nothingHappened = {
  last_mailed_at: null,
  resolved_mxid: null,
  resolved_server: null,
  resolved_source: null,
  resolved_at: null,
  delivered_at: null,
  delivery_started_at: null,
  validity_asked_at: null,
  signed_mxid: null,
  signed_at: null,
  expired_at: null,
  wait_reason: null,
  wait_noted_at: null,
} as const

/** What the same sender has stored for the same room and address and what was not handed on yet. */
export async function findSame(db: Kysely<Database>, request: StoreRequest): Promise<Invitation | undefined> {
  return await db
    .selectFrom('invitations')
    .selectAll()
    .where('medium', '=', request.medium)
    .where('address', '=', request.address)
    .where('state', 'in', ['pending', 'resolved'])
    .where('expired_at', 'is', null)
    .where('sender', '=', request.sender)
    .where('room_id', '=', request.roomId)
    .orderBy('created_at')
    .executeTakeFirst()
}

/** What stands behind the `@`. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1)
}
