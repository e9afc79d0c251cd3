import type { Transaction } from 'kysely'
import { signJson, type Signatures, type SigningKey } from '../matrix/signing.ts'
import type { Medium, ThreePid } from '../matrix/threepid.ts'
import type { Runtime } from '../runtime.ts'
import { noteMappingChange } from '../storage/mapping-changes.ts'
import type { AssociationTable, Database } from '../storage/schema.ts'
import type { Storage } from '../storage/storage.ts'
import { addressTurn, takeTurns } from '../storage/take-turns.ts'

/** A published 3PID. Times in milliseconds. */
export interface Association extends ThreePid {
  readonly mxid: string
  readonly ts: number
  readonly not_before: number
  readonly not_after: number
}

export type SignedAssociation = Association & { readonly signatures: Signatures }

/** What else has to happen in the transaction that binds or unbinds. */
export interface AssociationHooks {
  /** `replaced`: the Matrix ID that held the address until now, when it was another one. */
  readonly bound: (
    tx: Transaction<Database>,
    association: Association,
    replaced: string | null,
  ) => Promise<void>
  readonly unbound: (tx: Transaction<Database>, address: ThreePid, mxid: string) => Promise<void>
  /** After the commit: make the change visible to lookups and start what was queued. A failure is logged. */
  readonly committed: () => Promise<void>
}

/** The bound addresses of this server. */
export interface Associations {
  /** Publishes an address for a Matrix ID; whoever held it before loses it. */
  bind(address: ThreePid, mxid: string): Promise<Association>
  /** Removes an address if this Matrix ID holds it; otherwise nothing happens. Returns whether something was removed. */
  unbind(address: ThreePid, mxid: string): Promise<boolean>
}

/** 100 years, as Sydent: an association ends by being removed. */
const LIFETIME_MS = 100 * 365 * 86_400_000

export function createAssociations(
  storage: Storage,
  runtime: Runtime,
  hooks: AssociationHooks,
): Associations {
  /** What is committed stays, so it is answered as done: the follower and the outbox catch up by themselves. */
  async function committed(): Promise<void> {
    try {
      await hooks.committed()
    } catch (error) {
      runtime.log.warn({ err: error }, 'a changed association is seen by lookups a moment later')
    }
  }

  return {
    async bind(address, mxid) {
      const association = await storage.transaction(async (tx) => {
        const now = runtime.clock.now()
        const row: AssociationTable = {
          medium: address.medium,
          address: address.address,
          mxid,
          bound_at: now,
          not_before: now,
          not_after: now + LIFETIME_MS,
        }
        await takeTurns(tx, addressTurn(address))
        const before = await tx
          .selectFrom('associations')
          .select('mxid')
          .where('medium', '=', address.medium)
          .where('address', '=', address.address)
          .executeTakeFirst()
        await tx
          .insertInto('associations')
          .values(row)
          .onConflict((conflict) => conflict.columns(['medium', 'address']).doUpdateSet(row))
          .execute()
        const bound = toAssociation(row)
        await hooks.bound(tx, bound, before !== undefined && before.mxid !== mxid ? before.mxid : null)
        await noteMappingChange(tx, address.medium, address.address)
        return bound
      })
      await committed()
      return association
    },

    async unbind(address, mxid) {
      const removed = await storage.transaction(async (tx) => {
        const result = await tx
          .deleteFrom('associations')
          .where('medium', '=', address.medium)
          .where('address', '=', address.address)
          .where('mxid', '=', mxid)
          .executeTakeFirst()
        if (result.numDeletedRows === 0n) return false
        await hooks.unbound(tx, address, mxid)
        await noteMappingChange(tx, address.medium, address.address)
        return true
      })
      if (removed) await committed()
      return removed
    },
  }
}

export function toAssociation(row: AssociationTable): Association {
  return {
    medium: row.medium as Medium,
    address: row.address,
    mxid: row.mxid,
    ts: row.bound_at,
    not_before: row.not_before,
    not_after: row.not_after,
  }
}

/** Signed over everything but the signatures (specification appendices, "Signing JSON"). */
export function signAssociation(
  association: Association,
  serverName: string,
  key: SigningKey,
): SignedAssociation {
  return signJson(association, serverName, key)
}
