import type { Kysely, Transaction } from 'kysely'
import type { ThreePid } from '../matrix/threepid.ts'
import type { Runtime } from '../runtime.ts'
import type { Database, InvitationState, InvitationTable } from '../storage/schema.ts'

/**
 * The life of an invitation:
 *
 *     pending --bind--> resolved --onbind accepted--> delivered
 *        |  <--unbind--   |  \--refused, or given up--> failed
 *        |--time--> expired
 *        \--operator--> revoked
 */
export type Invitation = InvitationTable

/** Moves an invitation on, if it still is in one of the states `from`, and writes its history. */
export async function moveInvitation(
  tx: Transaction<Database>,
  runtime: Runtime,
  id: string,
  from: readonly InvitationState[],
  change: Partial<InvitationTable> & { readonly state: InvitationState },
  detail: string,
): Promise<boolean> {
  const result = await tx
    .updateTable('invitations')
    .set(change)
    .where('id', '=', id)
    .where('state', 'in', from)
    .executeTakeFirst()
  if (result.numUpdatedRows === 0n) return false
  await noteHistory(tx, runtime, id, change.state, detail)
  return true
}

export async function noteHistory(
  tx: Transaction<Database>,
  runtime: Runtime,
  id: string,
  state: string,
  detail: string,
): Promise<void> {
  await tx
    .insertInto('invitation_history')
    .values({ invitation_id: id, at: runtime.clock.now(), state, detail })
    .execute()
}

/** Invitations of an address in these states, oldest first. */
export async function invitationsFor(
  db: Kysely<Database>,
  address: ThreePid,
  states: readonly InvitationState[],
): Promise<Invitation[]> {
  return await db
    .selectFrom('invitations')
    .selectAll()
    .where('medium', '=', address.medium)
    .where('address', '=', address.address)
    .where('state', 'in', states)
    .orderBy('created_at')
    .execute()
}

export async function findInvitation(db: Kysely<Database>, id: string): Promise<Invitation | null> {
  const row = await db.selectFrom('invitations').selectAll().where('id', '=', id).executeTakeFirst()
  return row ?? null
}
