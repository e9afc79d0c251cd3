import type { Transaction } from 'kysely'
import type { Requester } from '../backends/backend.ts'
import type { Config } from '../config/schema.ts'
import type { KeyRing } from '../keys/key-ring.ts'
import type { Lookup } from '../lookup/find.ts'
import { MatrixError } from '../matrix/errors.ts'
import { redactAddress } from '../matrix/redaction.ts'
import type { Medium } from '../matrix/threepid.ts'
import type { Runtime } from '../runtime.ts'
import type { Database } from '../storage/schema.ts'
import type { Storage } from '../storage/storage.ts'
import { addressTurn, takeTurns } from '../storage/take-turns.ts'
import type { Invitation } from './invitation.ts'
import { findSame, insertInvitation, type NewInvitation } from './new-invitation.ts'
import { checkCaps, checkPolicy } from './policy.ts'
import { resolveInvitations } from './resolve.ts'
import type { StoreRequest } from './store-request.ts'

export interface StoreInviteOptions {
  readonly storage: Storage
  readonly runtime: Runtime
  readonly config: () => Config
  readonly keyRing: KeyRing
  /** Base URL under which homeservers check keys. */
  readonly publicUrl: () => string
  /** The name of a room whose homeserver did not say it; null when nobody knows. */
  readonly roomName: (roomId: string) => Promise<string | null>
  /** Tells whether the address is known already. */
  readonly lookup: Lookup
  /** Counts against the limits of sender, homeserver and address. Throws `M_LIMIT_EXCEEDED`. */
  readonly limit: (request: StoreRequest) => void
  /** Refuses phone numbers that no message is sent to. Throws what `checkDestination` of `notify/sms` throws. */
  readonly checkDestination: (request: StoreRequest) => Promise<void>
  /** Queues the mail or message to the invited person. */
  readonly queue: (tx: Transaction<Database>, invitation: Invitation) => Promise<void>
  /** After the commit: starts what was queued. */
  readonly wake: () => void
}

/** Answer of `store-invite` (Identity Service API, shape of v1.7). */
export interface StoredInvitation {
  readonly token: string
  /** The long-term key first, the invitation's own second. */
  readonly public_keys: readonly { readonly public_key: string; readonly key_validity_url: string }[]
  /** A shortened form of the address, for the room. */
  readonly display_name: string
}

/** A homeserver that did not hear our answer asks again: within this time the invited person hears of it once. */
export const SAME_REQUEST_MS = 10 * 60_000

/**
 * Keeps an invitation until somebody binds the address, and tells the invited person. The same sender, room and
 * address give the same invitation while it waits. `requester` is the sender; without a user ID nobody vouches for him.
 * @throws MatrixError `M_THREEPID_IN_USE` with `mxid`, `M_FORBIDDEN`, `M_LIMIT_EXCEEDED`.
 */
export async function storeInvite(
  options: StoreInviteOptions,
  typed: StoreRequest,
  requester: Requester,
): Promise<StoredInvitation> {
  const { storage, config } = options
  const verified = requester.userId !== null
  checkPolicy(config().invitations.blocked, typed)
  options.limit(typed)
  await options.checkDestination(typed)
  // Directories are asked before the transaction: it must not wait for them.
  const found = await options.lookup.findOne(typed, requester)
  const request = found === null ? await withRoomName(options, typed) : typed
  const invitation = await storage.transaction(async (tx) => {
    await takeTurns(tx, addressTurn(request))
    const owner = await options.lookup.confirm(tx, request, found, requester)
    if (owner !== null && config().invitations.whenAlreadyBound === 'reject') {
      throw new MatrixError('M_THREEPID_IN_USE', { fields: { mxid: owner.mxid } })
    }
    const same = await findSame(tx, request)
    if (same === undefined) await checkCaps(tx, config().invitations, request)
    const stored = same ?? (await insertInvitation(tx, asNew(options, request, verified)))
    if (owner !== null) await resolveInvitations(tx, options.runtime, [owner], ['pending'])
    else if (stored.state === 'pending') await tell(tx, options, stored, request, verified)
    return stored
  })
  options.wake()
  return answer(options, invitation, request)
}

/** A mail without a name would call a room a private chat. */
async function withRoomName(options: StoreInviteOptions, request: StoreRequest): Promise<StoreRequest> {
  const { room_name: name, room_alias: alias } = request.properties
  if (name !== undefined || alias !== undefined) return request
  const known = await options.roomName(request.roomId)
  return known === null ? request : { ...request, properties: { ...request.properties, room_name: known } }
}

const asNew = (
  { runtime, keyRing, config }: StoreInviteOptions,
  request: StoreRequest,
  verified: boolean,
): NewInvitation => ({ runtime, keyRing, request, verified, expireAfter: config().invitations.expireAfter })

/** Queues the mail, unless the invited person heard of it a moment ago, and begins the invitation's time anew. */
async function tell(
  tx: Transaction<Database>,
  { runtime, config, queue }: StoreInviteOptions,
  stored: Invitation,
  request: StoreRequest,
  verified: boolean,
): Promise<void> {
  const now = runtime.clock.now()
  if (stored.last_mailed_at !== null && now < stored.last_mailed_at + SAME_REQUEST_MS) return
  const change = {
    last_mailed_at: now,
    expires_at: now + config().invitations.expireAfter,
    properties: JSON.stringify(request.properties),
    sender_verified_at: verified ? now : null,
  }
  await tx.updateTable('invitations').set(change).where('id', '=', stored.id).execute()
  await queue(tx, { ...stored, ...change })
}

function answer(
  options: StoreInviteOptions,
  invitation: Invitation,
  request: StoreRequest,
): StoredInvitation {
  const keys = `${options.publicUrl()}/_matrix/identity/v2/pubkey`
  return {
    token: invitation.token,
    public_keys: [
      {
        public_key: invitation.server_public_key,
        key_validity_url: `${keys}/isvalid/${invitation.evidence_ref}`,
      },
      { public_key: invitation.ephemeral_public_key, key_validity_url: `${keys}/ephemeral/isvalid` },
    ],
    display_name: shownName(options.config(), request.medium, request.typedAddress),
  }
}

function shownName(config: Config, medium: Medium, address: string): string {
  if (config.invitations.fullDisplayName) return address
  return medium === 'email' ? redactAddress(address) : `${address.slice(0, 3)}...`
}
