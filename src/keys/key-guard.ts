import { OperatorError } from '../config/operator-error.ts'
import type { Storage } from '../storage/storage.ts'
import type { KeyRing } from './key-ring.ts'

/**
 * Makes sure that this key file belongs to this database: the first start writes the key down, later ones compare. It
 * catches a restore that forgot the keys, and a second process on a shared database with keys of its own; both would
 * make signatures that nobody can verify.
 * @throws OperatorError `signing-key-differs`.
 */
export async function checkKeyBelongs(storage: Storage, keyRing: KeyRing, file: string): Promise<void> {
  const { id, publicKey } = keyRing.active()
  await storage.db
    .insertInto('meta')
    .values({ key: entryOf(id), value: publicKey })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute()
  if ((await notedKey(storage, id)) === publicKey) return
  throw new OperatorError('signing-key-differs', {
    tried: `sign with the key ${id} of ${file}`,
    likelyCause:
      'The database was used with another key of that name: the file was not restored, or not shared.',
    fix: `Put the signing-keys.json that belongs to this database in place of ${file}, and start again.`,
  })
}

/** Lets key ids stand for other keys from now on: the next start notes what it finds. */
export async function forgetNotedKeys(storage: Storage, keyIds: readonly string[]): Promise<void> {
  if (keyIds.length === 0) return
  await storage.db.deleteFrom('meta').where('key', 'in', keyIds.map(entryOf)).execute()
}

/** The public key with which this database was used under a key id; null when none was noted yet. */
export async function notedKey(storage: Storage, keyId: string): Promise<string | null> {
  const row = await storage.db
    .selectFrom('meta')
    .select('value')
    .where('key', '=', entryOf(keyId))
    .executeTakeFirst()
  return row?.value ?? null
}

const entryOf = (keyId: string) => `public key ${keyId}`
