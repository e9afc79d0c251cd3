export interface OidcStateTable {
  /** The library's word for the kind: `Session`, `AuthorizationCode`, ... */
  model: string
  /** Base64url of SHA-256 of its name, which is a bearer secret. */
  id: string
  /** The same of what sessions are found by besides. */
  uid: string | null
  /** The same of the grant that revokes it. */
  grant_id: string | null
  /** JSON, without the name. */
  payload: string
  expires_at: number
  consumed_at: number | null
}
