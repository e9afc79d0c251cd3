import type { GaugeSources } from './activity/metrics.ts'
import type { HashIndex } from './lookup/hash-index.ts'
import type { InvitationState, OutboxState } from './storage/schema.ts'
import type { Storage } from './storage/storage.ts'

/** What the gauges of `/metrics` read at each visit. */
export function gaugesOf(storage: Storage, index: HashIndex): GaugeSources {
  return {
    mappings: () => index.stats()?.mappings ?? 0,
    indexBytes: () => index.stats()?.bytes ?? 0,
    outboxWaiting: () => countRows(storage, 'outbox', ['queued', 'sending']),
    invitationsPending: () => countRows(storage, 'invitations', ['pending']),
  }
}

async function countRows(
  storage: Storage,
  table: 'outbox' | 'invitations',
  states: readonly (OutboxState | InvitationState)[],
): Promise<number> {
  const row = await storage.db
    .selectFrom(table)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('state', 'in', states as never)
    .executeTakeFirstOrThrow()
  return Number(row.count)
}
