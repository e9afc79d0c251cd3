import type { Clock } from '../../runtime.ts'
import type { Storage } from '../../storage/storage.ts'
import type { Caller } from '../api/serve.ts'

/** One thing that somebody did. Nothing of it may hold a secret, but `undo`, whose secrets are sealed. */
export interface AuditEntry {
  /** `settings.change`, `backends.add`, ... */
  readonly operation: string
  readonly target?: string | undefined
  /** A sentence, or the key of a text of the console. */
  readonly summary?: string | undefined
  readonly before?: unknown
  readonly after?: unknown
  /** What `undo.ts` needs to take it back. */
  readonly undo?: unknown
  readonly trialId?: string | undefined
}

/** Who: only what the log keeps. */
export type Actor = Pick<Caller, 'adminId' | 'name'>

export interface AuditLog {
  /** Returns the number of the change. */
  record(actor: Actor | null, entry: AuditEntry): Promise<number>
}

export interface AuditOptions {
  readonly storage: Storage
  readonly clock: Clock
}

export function createAuditLog({ storage, clock }: AuditOptions): AuditLog {
  return {
    async record(actor, { operation, target, summary, before, after, undo, trialId }) {
      const { id } = await storage.db
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
  }
}

const asJson = (value: unknown) => (value === undefined ? null : JSON.stringify(value))
