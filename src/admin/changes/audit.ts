import type { Clock } from '../../runtime.ts'
import type { Storage } from '../../storage/storage.ts'
import type { Caller } from '../api/serve.ts'
import { asChange, type Change } from './change.ts'
import type { SealedUndo } from './undo-data.ts'

/** One thing that somebody did. Nothing of it may hold a secret, but `undo`, which is sealed. */
export interface AuditEntry {
  /** `settings.change`, `backends.add`, ... */
  readonly operation: string
  readonly target?: string | undefined
  /** A sentence, or the key of a text of the console. */
  readonly summary?: string | undefined
  readonly before?: unknown
  readonly after?: unknown
  readonly undo?: SealedUndo | undefined
  /** Of a change of addresses that waits for its confirmation. */
  readonly trialId?: string | undefined
}

/** Who: only what the log keeps. */
export type Actor = Pick<Caller, 'adminId' | 'name'>

export interface ChangeFilter {
  /** Only those with a smaller number. */
  readonly before?: number | undefined
  /** Only operations that begin with it. */
  readonly operation?: string | undefined
  readonly limit: number
}

export interface AuditLog {
  /** Returns the number of the change. */
  record(actor: Actor | null, entry: AuditEntry): Promise<number>
  /** The latest first. */
  list(filter: ChangeFilter): Promise<readonly Change[]>
  byId(id: number): Promise<Change | null>
  /** Changes of the settings that count, made after a moment; the latest first. */
  settingsAfter(at: number): Promise<readonly Change[]>
  markUndone(ids: readonly number[], by: number): Promise<void>
  /** A trial was kept, or went back: what it had undone counts again then. */
  endTrial(trialId: string, end: 'kept' | 'reverted'): Promise<void>
}

export interface AuditOptions {
  readonly storage: Storage
  readonly clock: Clock
}

export function createAuditLog({ storage, clock }: AuditOptions): AuditLog {
  const { db } = storage
  const all = () => db.selectFrom('admin_changes').selectAll()
  return {
    async record(actor, { operation, target, summary, before, after, undo, trialId }) {
      const { id } = await db
        .insertInto('admin_changes')
        .values({
          at: clock.now(),
          admin_id: actor?.adminId ?? null,
          admin_name: actor?.name ?? null,
          operation,
          target: target ?? null,
          summary: summary ?? null,
          before: asJson(before),
          after: asJson(after),
          undo: asJson(undo),
          trial_id: trialId ?? null,
        })
        .returning('id')
        .executeTakeFirstOrThrow()
      return Number(id)
    },

    async list({ before, operation, limit }) {
      let query = all().orderBy('id', 'desc').limit(limit)
      if (before !== undefined) query = query.where('id', '<', before)
      // `~` comes behind every character of an operation.
      if (operation !== undefined) {
        query = query.where('operation', '>=', operation).where('operation', '<=', `${operation}~`)
      }
      return (await query.execute()).map(asChange)
    },

    async byId(id) {
      const row = await all().where('id', '=', id).executeTakeFirst()
      return row === undefined ? null : asChange(row)
    },

    async settingsAfter(at) {
      const rows = await all()
        .where('at', '>', at)
        .where('undo', 'is not', null)
        .where('undone_at', 'is', null)
        .where('trial_id', 'is', null)
        .orderBy('id', 'desc')
        .execute()
      return rows.map(asChange)
    },

    async markUndone(ids, by) {
      await db
        .updateTable('admin_changes')
        .set({ undone_at: clock.now(), undone_by: by })
        .where('id', 'in', [...ids])
        .execute()
    },

    async endTrial(trialId, end) {
      await storage.transaction(async (tx) => {
        const tried = await tx
          .updateTable('admin_changes')
          .set(end === 'kept' ? { trial_id: null } : { undone_at: clock.now() })
          .where('trial_id', '=', trialId)
          .returning('id')
          .executeTakeFirst()
        if (tried === undefined || end === 'kept') return
        await tx
          .updateTable('admin_changes')
          .set({ undone_at: null, undone_by: null })
          .where('undone_by', '=', tried.id)
          .execute()
      })
    },
  }
}

const asJson = (value: unknown) => (value === undefined ? null : JSON.stringify(value))
