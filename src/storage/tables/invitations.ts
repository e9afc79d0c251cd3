import type { Generated } from 'kysely'

/* The tables of invitations, and of what hangs on them. */

/** What each means, and which may follow which: `invitations/states.ts`. */
export type InvitationState =
  'pending' | 'resolved' | 'delivered' | 'accepted' | 'expired' | 'revoked' | 'failed'

export interface InvitationTable {
  id: string
  /** Given to the homeserver; the state key of `m.room.third_party_invite`. */
  token: string
  medium: string
  address: string
  /** What stands behind the `@` of an e-mail address; null for phone numbers. */
  address_domain: string | null
  room_id: string
  sender: string
  /** When the sender showed a token of their own; null when anybody may have written the request (v1). */
  sender_verified_at: number | null
  /** Everything else the homeserver sent (room name, avatar, ...), JSON object of strings. */
  properties: string
  /** Unpadded base64 of the long-term public key that was handed out and stands in the room, whatever signs today. */
  server_public_key: string
  /** Unpadded URL-safe base64, exactly as handed out. */
  ephemeral_public_key: string
  /** Unpadded URL-safe base64 of the 32-byte seed. */
  ephemeral_private_key: string
  /** Unguessable part of this invitation's own key-validity URL; see `invitations/evidence.ts`. */
  evidence_ref: string
  state: InvitationState
  created_at: number
  expires_at: number
  last_mailed_at: number | null
  resolved_mxid: string | null
  /** Server name of `resolved_mxid`. */
  resolved_server: string | null
  /** Where the address was found: `association`, the id of a backend, `federation <domain>`, ... */
  resolved_source: string | null
  resolved_at: number | null
  delivered_at: number | null
  /** When a delivery began whose outcome is not known (yet); null again after a clear answer. */
  delivery_started_at: number | null
  /** When, during such a delivery, a homeserver asked whether the key is valid: it was converting the invitation. */
  validity_asked_at: number | null
  /** The Matrix ID for which the key of the mail last signed, and when the history last said so. */
  signed_mxid: string | null
  signed_at: number | null
  /** When its time was over, for one that then goes to `invitations.expireTo`. */
  expired_at: number | null
  /** Why the last attempt to reach somebody failed, as the history has it, and when that was written there. */
  wait_reason: string | null
  wait_noted_at: number | null
}

export interface InvitationHistoryTable {
  id: Generated<number>
  invitation_id: string
  at: number
  /** A state, or an event that changes none: `HistoryEvent` of `invitations/history.ts`. */
  state: string
  detail: string
}

/**
 * A public key that another identity server mailed with an invitation, before Signpost took its place, without noting with
 * which. See `invitations/carried-keys.ts`.
 */
export interface CarriedKeyTable {
  /** Unpadded URL-safe base64. */
  public_key: string
  /** When the other server made it: the time of its invitation, exact to a second or two. */
  created_at: number
}

export type InviteListState = 'running' | 'paused' | 'done' | 'cancelled'

/** Addresses that an administrator invites into one room, at the pace of the homeserver. */
export interface InviteListTable {
  id: string
  state: InviteListState
  created_at: number
  /** Name of the administrator. */
  created_by: string | null
  finished_at: number | null
  room_id: string
  room_name: string | null
  /** The Matrix ID that invites. */
  sender: string
  /** Sealed; null when nothing is left to do. */
  access_token: string | null
  /** JSON: `Paces` of `invitations/invite-lists/pace.ts`. */
  pace: string
  /** Failed calls in a row. */
  failures: number
  /** Why it does not go on, or not yet: `ListProblem` of `invitations/invite-lists/list.ts`. */
  problem: string | null
  /** What the homeserver said. */
  problem_detail: string | null
}

export type InviteRowState = 'waiting' | 'mailed' | 'invited' | 'skipped' | 'failed'

export interface InviteListRowTable {
  list: string
  position: number
  medium: string
  address: string
  /** Who owns the address, and is invited directly; null: nobody is known. */
  mxid: string | null
  state: InviteRowState
  /** Calls that the homeserver answered with an error of its own. */
  attempts: number
  done_at: number | null
  /** Why it was skipped, or failed. */
  detail: string | null
}

/** A transaction of the homeserver that was taken over; see `appservice/transactions.ts`. */
export interface AppserviceTransactionTable {
  digest: string
  received_at: number
}

/** When somebody was last mailed about an invitation by Matrix ID into a room. */
export interface AppserviceMailTable {
  mxid: string
  room_id: string
  mailed_at: number
}

/** A link in an invitation mail with which the invited person signs up, once. */
export interface SignUpLinkTable {
  /** SHA-256 of the token, hex. The token itself is never stored. */
  token_hash: string
  invitation_id: string
  created_at: number
  /** Somebody is signing up with it right now; a sign-up that broke off lets go of it then. */
  claimed_until: number | null
  /** The user name that was last tried. */
  localpart: string | null
  used_at: number | null
  /** Who signed up. */
  mxid: string | null
}
