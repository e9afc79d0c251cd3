import type { SigningKey } from '../matrix/signing.ts'
import type { Database } from '../storage/schema.ts'
import type { Storage } from '../storage/storage.ts'
import type { Kysely } from 'kysely'
import { toUrlSafe } from './ephemeral-key.ts'
import type { Invitation } from './invitation.ts'

/*
 * Sydent mails the private key of an invitation, forgets it, and keeps the public one without noting which invitation it
 * belongs to. Both were stored in one request, in whole seconds. When somebody comes with the private key of such a mail
 * and the token of an invitation of that time, the two have found each other again.
 */

/** Two rows of one request, each with a time in whole seconds. */
const SAME_REQUEST_MS = 2_000

/** Sydent says that every key it ever mailed is valid, and so do we. */
export async function isCarriedKey(db: Kysely<Database>, publicKey: string): Promise<boolean> {
  const row = await db
    .selectFrom('carried_keys')
    .select('public_key')
    .where('public_key', '=', toUrlSafe(publicKey))
    .executeTakeFirst()
  return row !== undefined
}

/** Gives an invitation the key of its mail. False when this key came with no invitation of its time. */
export async function adoptCarriedKey(
  storage: Storage,
  { id, created_at }: Pick<Invitation, 'id' | 'created_at'>,
  key: SigningKey,
  privateKey: string,
): Promise<boolean> {
  return await storage.transaction(async (tx) => {
    const taken = await tx
      .deleteFrom('carried_keys')
      .where('public_key', '=', toUrlSafe(key.publicKey))
      .where('created_at', '>=', created_at - SAME_REQUEST_MS)
      .where('created_at', '<=', created_at + SAME_REQUEST_MS)
      .executeTakeFirst()
    if (taken.numDeletedRows === 0n) return false
    await tx
      .updateTable('invitations')
      .set({
        ephemeral_public_key: toUrlSafe(key.publicKey),
        ephemeral_private_key: toUrlSafe(privateKey),
      })
      .where('id', '=', id)
      .execute()
    return true
  })
}
