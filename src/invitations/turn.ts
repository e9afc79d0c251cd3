import { sql, type Kysely, type Transaction } from 'kysely'
import type { Database } from '../storage/schema.ts'
import { deliveryKey } from './hand-over.ts'
import type { Invitation } from './invitation.ts'

/*
 * Several invitations to one address arrive in the order in which they were made: an older one that is just under way, or
 * about to be, goes first. One that waits because its delivery failed stands in nobody's way.
 */

/** How soon an invitation is tried again whose turn has not come. */
export const TURN_MS = 500

/** Whether no older invitation for the same user and address is under way or due. */
export async function isItsTurn(db: Kysely<Database>, invitation: Invitation, now: number): Promise<boolean> {
  const { id, medium, address, created_at, resolved_mxid } = invitation
  const ownPlace = db
    .selectFrom('outbox as own')
    .select('own.first_due_at')
    .where('own.dedupe_key', '=', deliveryKey(invitation))
  const older = await db
    .selectFrom('invitations as older')
    .innerJoin('outbox', (join) => join.on('outbox.dedupe_key', '=', keyOf('older')))
    .select('older.id')
    .where('older.medium', '=', medium)
    .where('older.address', '=', address)
    .where('older.state', '=', 'resolved')
    .where('older.resolved_mxid', '=', resolved_mxid)
    .where((eb) =>
      eb.or([
        eb('older.created_at', '<', created_at),
        eb.and([eb('older.created_at', '=', created_at), eb('older.id', '<', id)]),
      ]),
    )
    .where((eb) =>
      eb.or([
        eb.and([eb('outbox.state', '=', 'sending'), eb('outbox.leased_until', '>', now)]),
        eb.and([
          eb('outbox.state', '=', 'queued'),
          // So soon, as it may be waiting for its own turn.
          eb('outbox.next_attempt_at', '<=', now + TURN_MS),
          // A homeserver that was silent about it has cost it its place.
          eb('outbox.first_due_at', '<=', ownPlace),
        ]),
      ]),
    )
    .limit(1)
    .executeTakeFirst()
  return older === undefined
}

/** `deliveryKey`, written in SQL. */
const keyOf = (table: string) =>
  sql<string>`'onbind ' || ${sql.ref(`${table}.id`)} || ' ' || ${sql.ref(`${table}.resolved_mxid`)}
    || ' ' || ${sql.ref(`${table}.resolved_at`)}`

/** After a delivery: the next one for the same user and address need not wait any longer. */
export async function callNext(
  tx: Transaction<Database>,
  { id, medium, address, resolved_mxid }: Invitation,
  now: number,
): Promise<void> {
  const next = await tx
    .selectFrom('invitations')
    .selectAll()
    .where('medium', '=', medium)
    .where('address', '=', address)
    .where('state', '=', 'resolved')
    .where('resolved_mxid', '=', resolved_mxid)
    .where('id', '<>', id)
    .orderBy('created_at')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  if (next === undefined) return
  await tx
    .updateTable('outbox')
    .set({ next_attempt_at: now })
    .where('dedupe_key', '=', deliveryKey(next))
    .where('state', '=', 'queued')
    .where('next_attempt_at', '<=', now + TURN_MS)
    .execute()
}
