/** What `store-invite` answers. */
export interface Stored {
  readonly token: string
  readonly public_keys: readonly [Key, Key]
  readonly display_name: string
}

export interface Key {
  readonly public_key: string
  readonly key_validity_url: string
}

let count = 0

/** An address that no other invitation of the file has. */
export const freshAddress = () => `guest${++count}@example.com`

/** The body of a request by `sender` for a fresh address, with changes. */
export const inviteRequest = (sender: string, changes: object = {}) => ({
  medium: 'email',
  address: freshAddress(),
  room_id: '!room:example.org',
  sender,
  ...changes,
})
