import { createHash } from 'node:crypto'
import type { AdapterFactory, AdapterPayload } from 'oidc-provider'
import type { Clock } from '../runtime.ts'
import type { Storage } from '../storage/storage.ts'

export interface AdapterOptions {
  readonly storage: Pick<Storage, 'db'>
  readonly clock: Clock
  /** What the library answers with when something that counts once was used before. */
  readonly usedBefore: () => Error
}

/** Found again by their grant, to be revoked with it. */
const revocable = new Set(['AccessToken', 'AuthorizationCode'])
/** For what the library gives no lifetime; it gives one to everything that is used here. */
const DEFAULT_LIFETIME_S = 86_400

/**
 * Where the library keeps codes, tokens, sessions and sign-ins under way. Their names are bearer secrets, so that only
 * hashes of them are stored. It looks at the expiry by itself; `expires_at` is for the purge.
 */
export function createAdapters({ storage: { db }, clock, usedBefore }: AdapterOptions): AdapterFactory {
  return (model) => {
    const find = () =>
      db.selectFrom('oidc_states').select(['payload', 'consumed_at']).where('model', '=', model)

    return {
      async upsert(id, payload, expiresIn) {
        const values = {
          uid: model === 'Session' && payload.uid !== undefined ? digest(payload.uid) : null,
          grant_id: revocable.has(model) && payload.grantId !== undefined ? digest(payload.grantId) : null,
          payload: JSON.stringify({ ...payload, jti: undefined }),
          expires_at: clock.now() + (expiresIn ?? DEFAULT_LIFETIME_S) * 1000,
        }
        await db
          .insertInto('oidc_states')
          .values({ model, id: digest(id), consumed_at: null, ...values })
          .onConflict((conflict) => conflict.columns(['model', 'id']).doUpdateSet(values))
          .execute()
      },
      async find(id) {
        const found = await find().where('id', '=', digest(id)).executeTakeFirst()
        return found === undefined ? undefined : { ...payloadOf(found), jti: id }
      },
      async findByUid(uid) {
        const found = await find().where('uid', '=', digest(uid)).executeTakeFirst()
        return found === undefined ? undefined : payloadOf(found)
      },
      findByUserCode: async () => undefined,
      /** Of two requests with one code, at the same instant, one gets here first. */
      async consume(id) {
        const { numUpdatedRows } = await db
          .updateTable('oidc_states')
          .set({ consumed_at: clock.now() })
          .where('model', '=', model)
          .where('id', '=', digest(id))
          .where('consumed_at', 'is', null)
          .executeTakeFirst()
        if (numUpdatedRows === 0n) throw usedBefore()
      },
      async destroy(id) {
        await db.deleteFrom('oidc_states').where('model', '=', model).where('id', '=', digest(id)).execute()
      },
      async revokeByGrantId(grantId) {
        await db
          .deleteFrom('oidc_states')
          .where('model', '=', model)
          .where('grant_id', '=', digest(grantId))
          .execute()
      },
    }
  }
}

const digest = (secret: string) => createHash('sha256').update(secret).digest('base64url')

function payloadOf(row: { readonly payload: string; readonly consumed_at: number | null }): AdapterPayload {
  // Written by `upsert`; the library looks through it again.
  const payload = JSON.parse(row.payload) as AdapterPayload
  return row.consumed_at === null ? payload : { ...payload, consumed: Math.floor(row.consumed_at / 1000) }
}
