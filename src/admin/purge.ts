import type { Config } from '../config/schema.ts'
import type { Runtime } from '../runtime.ts'
import type { Storage } from '../storage/storage.ts'

/** Deletes sessions and links whose time is over, and entries of the audit log that are older than `activity.keep`. */
export async function purgeAdmin(
  { db }: Storage,
  { clock }: Runtime,
  { admin: { session }, activity }: Pick<Config, 'admin' | 'activity'>,
): Promise<void> {
  const now = clock.now()
  await db
    .deleteFrom('admin_sessions')
    .where((eb) =>
      eb.or([eb('seen_at', '<=', now - session.idle), eb('created_at', '<=', now - session.lifetime)]),
    )
    .execute()
  await db.deleteFrom('admin_links').where('expires_at', '<=', now).execute()
  await db
    .deleteFrom('admin_changes')
    .where('at', '<', now - activity.keep)
    .execute()
}
