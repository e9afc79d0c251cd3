import type { Transaction } from 'kysely'
import { hashToken, newToken } from '../../accounts/tokens.ts'
import type { Runtime } from '../../runtime.ts'
import type { Database } from '../../storage/schema.ts'
import type { AdminLinkKind } from '../../storage/tables/admin.ts'
import type { Storage } from '../../storage/storage.ts'

/** Links that work once: their tokens stand behind a `#`, which browsers send to nobody, and are stored hashed. */
export interface Links {
  /** The token of a new link; `adminId` is null for a claim. */
  create(kind: AdminLinkKind, adminId: string | null): Promise<string>
  /** Whether the token could be used now. Costs nothing, for a look before what is dear. */
  isOpen(kind: AdminLinkKind, token: string): Promise<boolean>
  /**
   * Uses a token up. Null when it is unknown, too old, of another kind or used: of two that try at once, one gets it.
   */
  use(
    tx: Transaction<Database>,
    kind: AdminLinkKind,
    token: string,
  ): Promise<{ readonly adminId: string | null } | null>
}

/**
 * A claim waits for a person to come to a new server. A sign-in link is opened by the program that asked for it. A reset
 * link is read from a terminal.
 */
const lifetimes: Readonly<Record<AdminLinkKind, number>> = {
  claim: 7 * 86_400_000,
  'sign-in': 60_000,
  reset: 3_600_000,
}

export function createLinks(storage: Storage, runtime: Runtime): Links {
  const { clock } = runtime
  return {
    async create(kind, adminId) {
      const [token, now] = [newToken(runtime), clock.now()]
      await storage.transaction(async (tx) => {
        await tx.deleteFrom('admin_links').where('expires_at', '<=', now).execute()
        await tx
          .insertInto('admin_links')
          .values({
            token_hash: hashToken(token),
            kind,
            admin_id: adminId,
            created_at: now,
            expires_at: now + lifetimes[kind],
          })
          .execute()
      })
      return token
    },
    async isOpen(kind, token) {
      const row = await storage.db
        .selectFrom('admin_links')
        .select('token_hash')
        .where('token_hash', '=', hashToken(token))
        .where('kind', '=', kind)
        .where('used_at', 'is', null)
        .where('expires_at', '>', clock.now())
        .executeTakeFirst()
      return row !== undefined
    },
    async use(tx, kind, token) {
      const used = await tx
        .updateTable('admin_links')
        .set({ used_at: clock.now() })
        .where('token_hash', '=', hashToken(token))
        .where('kind', '=', kind)
        .where('used_at', 'is', null)
        .where('expires_at', '>', clock.now())
        .returning('admin_id')
        .executeTakeFirst()
      return used === undefined ? null : { adminId: used.admin_id }
    },
  }
}
