import type { Generated } from 'kysely'

export interface AdminTable {
  id: string
  name: string
  /** The name in lower case: two administrators differ by more than that. */
  name_key: string
  /** PHC string (argon2id with its costs). */
  password_hash: string
  created_at: number
  password_changed_at: number
  signed_in_at: number | null
}

export type AdminLinkKind = 'claim' | 'sign-in' | 'reset'

export interface AdminLinkTable {
  /** SHA-256 of the token, hex. The token itself is never stored. */
  token_hash: string
  kind: AdminLinkKind
  /** Null for the claim: there is nobody yet. */
  admin_id: string | null
  created_at: number
  expires_at: number
  used_at: number | null
}

export interface AdminSessionTable {
  /** Names the session in lists; signs nobody in. */
  id: string
  /** SHA-256 of the token in the cookie, hex. */
  token_hash: string
  admin_id: string
  created_at: number
  seen_at: number
  /** Until when dangerous actions need no password. */
  confirmed_until: number | null
  client_address: string
  user_agent: string
}

export interface AdminChangeTable {
  id: Generated<number>
  at: number
  /** Null where nobody was signed in (a failed trial, the command line). */
  admin_id: string | null
  admin_name: string | null
  /** `settings.change`, `backends.add`, ... */
  operation: string
  target: string | null
  /** A sentence or the key of a text, for the list of changes. */
  summary: string | null
  /** JSON, without secrets. */
  before: string | null
  after: string | null
  /** JSON: what undoes the change; secrets in it are sealed. Null when it cannot be undone. */
  undo: string | null
  /** Of `gateway/safe-change` while the change is tried: it counts only once it is kept. */
  trial_id: string | null
  undone_at: number | null
  /** The change that undid this one. */
  undone_by: number | null
}
