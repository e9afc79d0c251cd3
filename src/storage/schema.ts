import type { Generated } from 'kysely'
import type { ActivityTable, ActivityCountTable, ActivityHostTable } from './tables/activity.ts'
import type { AdminTable, AdminLinkTable, AdminSessionTable, AdminChangeTable } from './tables/admin.ts'
import type { OidcStateTable } from './tables/oidc.ts'

/**
 * The tables, as Kysely sees them. Times are integers: milliseconds since the Unix epoch. Booleans are not stored; a
 * nullable time says both that something happened and when.
 */
export interface Database {
  meta: MetaTable
  accounts: AccountTable
  tokens: TokenTable
  accepted_terms: AcceptedTermsTable
  sessions: SessionTable
  associations: AssociationTable
  directory_entries: DirectoryEntryTable
  directory_people: DirectoryPersonTable
  directory_syncs: DirectorySyncTable
  search_people: SearchPersonTable
  search_words: SearchWordTable
  mapping_changes: MappingChangeTable
  peppers: PepperTable
  invitations: InvitationTable
  invitation_history: InvitationHistoryTable
  carried_keys: CarriedKeyTable
  invite_lists: InviteListTable
  invite_list_rows: InviteListRowTable
  appservice_transactions: AppserviceTransactionTable
  appservice_mails: AppserviceMailTable
  sign_up_links: SignUpLinkTable
  outbox: OutboxTable
  leases: LeaseTable
  admins: AdminTable
  admin_links: AdminLinkTable
  admin_sessions: AdminSessionTable
  admin_changes: AdminChangeTable
  activity: ActivityTable
  activity_counts: ActivityCountTable
  activity_hosts: ActivityHostTable
  oidc_states: OidcStateTable
}

/** Facts about this installation, one row each. */
export interface MetaTable {
  key: string
  value: string
}

export interface AccountTable {
  user_id: string
  created_at: number
}

export interface TokenTable {
  /** SHA-256 of the token, hex. The token itself is never stored. */
  token_hash: string
  user_id: string
  created_at: number
}

export interface AcceptedTermsTable {
  user_id: string
  url: string
  accepted_at: number
}

/** A validation in progress: one person proving that one address is theirs. */
export interface SessionTable {
  /** 128 random bits, URL-safe base64. */
  sid: string
  medium: string
  /** Canonical form, see `matrix/threepid.ts`. */
  address: string
  /** SHA-256 of the caller's `client_secret`, hex. */
  client_secret_hash: string
  send_attempt: number
  next_link: string | null
  created_at: number
  /** Creation or last validation: the 24 hours of the specification count from here. */
  modified_at: number
  validated_at: number | null
  failed_attempts: number
}

/** A bound 3PID. */
export interface AssociationTable {
  medium: string
  address: string
  mxid: string
  bound_at: number
  not_before: number
  not_after: number
}

/** An address that a directory knows: rows of the `list` backend, and mirrors of other enumerable backends. */
export interface DirectoryEntryTable {
  /** The backend's id. */
  source: string
  medium: string
  address: string
  /** Key of the person in a mirrored directory; empty for the `list`, where an address has one row. */
  person: string
  /** Of several people with one address the smallest Matrix ID (byte order) is the answer. */
  mxid: string
  /** The `list` backend's; mirrored people have theirs in `directory_people`. */
  display_name: string | null
}

/** Somebody in a mirrored directory, with or without addresses. */
export interface DirectoryPersonTable {
  source: string
  /** Names the entry within its directory for good. */
  key: string
  /** Null when no Matrix ID could be made of the entry. */
  mxid: string | null
  display_name: string | null
  /** Of everything that was read of the person: tells whether something changed. */
  digest: string
  /** JSON list of `Rejection` (`backends/person.ts`); empty text when there is none. */
  rejections: string
}

/** Somebody of a mirror who can be searched for: `directory_people` with a short name for `search_words`. */
export interface SearchPersonTable {
  id: Generated<number>
  source: string
  key: string
  mxid: string
  display_name: string | null
}

/** A word under which a person is found, see `backends/search-words.ts`. */
export interface SearchWordTable {
  /** Of `search_people`. */
  person: number
  /** Folded. */
  word: string
  /** `n`: name or Matrix ID, `t`: address. */
  kind: string
}

/** The last sync of a mirrored directory, one row each. */
export interface DirectorySyncTable {
  source: string
  /** Digest of the backend's section: a mirror made under other settings has to be read in full again. */
  settings: string
  /** Where the next incremental listing goes on. */
  cursor: string | null
  started_at: number | null
  finished_at: number | null
  /** End of the last one that was taken over. */
  succeeded_at: number | null
  /** End of the last full one that was taken over. */
  full_at: number | null
  /** JSON of the last failure (`code`, `message`, `fix`); null after a success. */
  failure: string | null
  /** How many failed in a row. */
  failures: number
  people: number
  addresses: number
  added: number
  changed: number
  removed: number
  /** Values that could not be used, over all people. */
  rejected: number
  /** Addresses that several people claim, and Matrix IDs that several people have. */
  conflicts: number
}

/** The change sequence that everything held in memory follows: "what this address maps to may have changed". */
export interface MappingChangeTable {
  seq: Generated<number>
  medium: string
  address: string
}

export interface PepperTable {
  generation: Generated<number>
  pepper: string
  created_at: number
}

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

export type OutboxState = 'queued' | 'sending' | 'done' | 'failed'

/** Everything that must reach someone else, written in the transaction of the change that causes it. */
export interface OutboxTable {
  id: string
  kind: string
  /** Names the receiver that rows share: see `notify/outbox-lanes.ts`. Null: the row stands for itself. */
  lane: string | null
  /** A second row with the same key is not written: one message per cause. */
  dedupe_key: string
  /** JSON, emptied to `{}` when the row is done, or failed and its handler wants nothing kept. */
  payload: string
  state: OutboxState
  attempts: number
  next_attempt_at: number
  /** The order within the lane, and of what is due at the same moment; null in rows of older versions. */
  first_due_at: number | null
  /** While `sending`: until when the claiming process may work on it. */
  leased_until: number | null
  /** When the attempt now or last under way began; its outcome is unknown until `state` leaves `sending`. */
  attempt_started_at: number | null
  last_error: string | null
  created_at: number
  expires_at: number
  finished_at: number | null
}

/** Background work that only one of several processes may do at a time. */
export interface LeaseTable {
  name: string
  holder: string
  expires_at: number
}

/** Somebody who may use the console. */
/** Links that work once. */
/** What administrators did: the audit log. */
/** What happened: one row a request, an address, a delivery. */
/** What one process counted in one minute or one hour. */
/** Machines outside that were contacted. */
/** What the OpenID provider holds for a while: sign-ins under way, sessions, codes, tokens, who signed in. */
