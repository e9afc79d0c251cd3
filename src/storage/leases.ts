import type { Runtime } from '../runtime.ts'
import type { Storage } from './types.ts'

/**
 * Takes the lease `name` for `ttlMs`, or renews it when `holder` has it. False while somebody else holds it.
 * Several machines compare their own clocks here: choose `ttlMs` well above the difference that their clocks may have.
 */
export async function acquireLease(
  storage: Storage,
  runtime: Runtime,
  name: string,
  holder: string,
  ttlMs: number,
): Promise<boolean> {
  const now = runtime.clock.now()
  // One statement, so that of two takers of an expired lease one wins on both databases.
  const result = await storage.db
    .insertInto('leases')
    .values({ name, holder, expires_at: now + ttlMs })
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet({ holder, expires_at: now + ttlMs })
        .where((eb) => eb.or([eb('leases.holder', '=', holder), eb('leases.expires_at', '<=', now)])),
    )
    .executeTakeFirst()
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** Gives the lease up early. Does nothing when `holder` does not have it. */
export async function releaseLease(storage: Storage, name: string, holder: string): Promise<void> {
  await storage.db.deleteFrom('leases').where('name', '=', name).where('holder', '=', holder).execute()
}
