import type { Transaction } from 'kysely'
import type { Runtime } from '../runtime.ts'
import { pruneMappingChanges } from './mapping-changes.ts'
import type { Database } from './schema.ts'
import type { Storage } from './types.ts'

export interface PurgePolicy {
  /** Access tokens, since they were handed out. Clients register anew when theirs is gone. */
  readonly tokensMs: number
  /** Validation sessions, since their last change. */
  readonly sessionsMs: number
  /** Outbox rows, since they were done or failed. */
  readonly outboxMs: number
  /** Invitations that can no longer be taken up, with their history, since delivery or expiry. */
  readonly invitationsMs: number
  /** How many mapping changes stay. */
  readonly mappingChanges: number
  /** Rows per transaction, so that other writers wait only briefly. */
  readonly chunk: number
}

const DAY_MS = 86_400_000

export const defaultPurgePolicy: PurgePolicy = {
  tokensMs: 365 * DAY_MS,
  sessionsMs: 5 * DAY_MS,
  outboxMs: 30 * DAY_MS,
  invitationsMs: 180 * DAY_MS,
  mappingChanges: 100_000,
  chunk: 500,
}

export interface PurgeReport {
  readonly tokens: number
  readonly sessions: number
  readonly outbox: number
  readonly invitations: number
  readonly mappingChanges: number
}

/** Deletes what nobody needs any more. Answers how many rows went, history of invitations not counted. */
export async function purgeOldRows(
  storage: Storage,
  runtime: Runtime,
  policy: PurgePolicy = defaultPurgePolicy,
): Promise<PurgeReport> {
  const now = runtime.clock.now()
  const { chunk } = policy
  const inChunks = (remove: (tx: Transaction<Database>) => Promise<number>) =>
    removeInChunks(storage, chunk, remove)
  return {
    tokens: await inChunks((tx) => removeTokens(tx, now - policy.tokensMs, chunk)),
    sessions: await inChunks((tx) => removeSessions(tx, now - policy.sessionsMs, chunk)),
    outbox: await inChunks((tx) => removeOutbox(tx, now - policy.outboxMs, chunk)),
    invitations: await inChunks((tx) => removeInvitations(tx, now - policy.invitationsMs, chunk)),
    mappingChanges: await inChunks((tx) => pruneMappingChanges(tx, policy.mappingChanges, chunk)),
  }
}

async function removeInChunks(
  storage: Storage,
  chunk: number,
  remove: (tx: Transaction<Database>) => Promise<number>,
): Promise<number> {
  let total = 0
  for (;;) {
    const removed = await storage.transaction(remove)
    total += removed
    if (removed < chunk) return total
  }
}

async function removeTokens(tx: Transaction<Database>, before: number, limit: number): Promise<number> {
  const old = tx.selectFrom('tokens').select('token_hash').where('created_at', '<', before).limit(limit)
  const result = await tx.deleteFrom('tokens').where('token_hash', 'in', old).executeTakeFirst()
  return Number(result.numDeletedRows)
}

async function removeSessions(tx: Transaction<Database>, before: number, limit: number): Promise<number> {
  const old = tx.selectFrom('sessions').select('sid').where('modified_at', '<', before).limit(limit)
  const result = await tx.deleteFrom('sessions').where('sid', 'in', old).executeTakeFirst()
  return Number(result.numDeletedRows)
}

async function removeOutbox(tx: Transaction<Database>, before: number, limit: number): Promise<number> {
  const old = tx
    .selectFrom('outbox')
    .select('id')
    .where('state', 'in', ['done', 'failed'])
    .where('finished_at', '<', before)
    .limit(limit)
  const result = await tx.deleteFrom('outbox').where('id', 'in', old).executeTakeFirst()
  return Number(result.numDeletedRows)
}

/** The history goes with its invitation (ON DELETE CASCADE). */
async function removeInvitations(tx: Transaction<Database>, before: number, limit: number): Promise<number> {
  const old = tx
    .selectFrom('invitations')
    .select('id')
    .where('state', 'in', ['delivered', 'accepted', 'expired', 'revoked', 'failed'])
    .where((eb) => eb(eb.fn.coalesce('delivered_at', 'expires_at'), '<', before))
    .limit(limit)
  const result = await tx.deleteFrom('invitations').where('id', 'in', old).executeTakeFirst()
  return Number(result.numDeletedRows)
}
