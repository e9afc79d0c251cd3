import type { Kysely, Transaction } from 'kysely'
import type { ThreePid } from '../matrix/threepid.ts'
import type { Runtime } from '../runtime.ts'
import type { Database, InvitationState, InvitationTable } from '../storage/schema.ts'
import { noteHistory } from './history.ts'
import { mayMove } from './states.ts'

export type Invitation = InvitationTable

/**
 * Moves an invitation on, if it still is in one of the states `from`, and writes its history. False when it is not.
 * Throws for a move that `states.ts` does not know.
 */
export async function moveInvitation(
  tx: Transaction<Database>,
  runtime: Runtime,
  id: string,
  from: readonly InvitationState[],
  change: Partial<InvitationTable> & { readonly state: InvitationState },
  detail: string,
): Promise<boolean> {
  const forbidden = from.find((state) => !mayMove(state, change.state))
  if (forbidden !== undefined) throw new Error(`no invitation goes from ${forbidden} to ${change.state}`)
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
    .orderBy('id')
    .execute()
}

export async function findInvitation(db: Kysely<Database>, id: string): Promise<Invitation | null> {
  const row = await db.selectFrom('invitations').selectAll().where('id', '=', id).executeTakeFirst()
  return row ?? null
}
