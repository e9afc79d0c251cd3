import type { Runtime } from '../runtime.ts'
import type { Storage } from '../storage/storage.ts'

/** Rows per statement, so that other writers wait only briefly. */
const CHUNK = 500

/** Deletes what has expired. Answers how many rows went. */
export async function purgeOidc(storage: Storage, { clock }: Runtime): Promise<number> {
  let total = 0
  for (;;) {
    const removed = await storage.transaction(async (tx) => {
      const old = tx
        .selectFrom('oidc_states')
        .select(['model', 'id'])
        .where('expires_at', '<', clock.now())
        .limit(CHUNK)
      const rows = await old.execute()
      for (const { model, id } of rows) {
        await tx.deleteFrom('oidc_states').where('model', '=', model).where('id', '=', id).execute()
      }
      return rows.length
    })
    total += removed
    if (removed < CHUNK) return total
  }
}
