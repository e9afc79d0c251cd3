import type { Generated } from 'kysely'
import type { ActivityTable, ActivityCountTable, ActivityHostTable } from './tables/activity.ts'
import type { AdminTable, AdminLinkTable, AdminSessionTable, AdminChangeTable } from './tables/admin.ts'
import type { OidcStateTable } from './tables/oidc.ts'
import type {
  AppserviceMailTable,
  AppserviceTransactionTable,
  CarriedKeyTable,
  InvitationHistoryTable,
  InvitationTable,
  InviteListRowTable,
  InviteListTable,
  SignUpLinkTable,
} from './tables/invitations.ts'

export type * from './tables/invitations.ts'

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
  /** What lists of people are sorted by: the folded name. */
  sort: string
  /** All words of the person, see `writeWords` in `backends/search-words.ts`. */
  words: string
}

/** A word under which a person is found. */
export interface SearchWordTable {
  /** `WordKind` of `backends/search-words.ts`. */
  kind: string
  /** Folded. */
  word: string
  /** Of the person. */
  sort: string
  /** Of `search_people`. */
  person: number
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
