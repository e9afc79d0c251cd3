import type { Kysely, Transaction } from 'kysely'
import type { ThreePid } from '../matrix/threepid.ts'
import type { Runtime } from '../runtime.ts'
import type { Database, InvitationState, InvitationTable } from '../storage/schema.ts'
import { noteHistory } from './history.ts'
import { mayMove } from './states.ts'

export type Invitation = InvitationTable

export interface Move {
  readonly id: string
  /** The states it may be in. */
  readonly from: readonly InvitationState[]
  readonly change: Partial<InvitationTable> & { readonly state: InvitationState }
  /** For the history. */
  readonly detail: string
}

/**
 * Moves invitations on, if they still are in one of the states `from`, and writes their history. Answers which of them
 * moved. Throws for a move that `states.ts` does not know.
 */
export async function moveInvitations<T extends Move>(
  tx: Transaction<Database>,
  runtime: Runtime,
  moves: readonly T[],
): Promise<readonly T[]> {
  const moved: T[] = []
  for (const move of moves) {
    const forbidden = move.from.find((state) => !mayMove(state, move.change.state))
    if (forbidden !== undefined)
      throw new Error(`no invitation goes from ${forbidden} to ${move.change.state}`)
    const { numUpdatedRows } = await tx
      .updateTable('invitations')
      .set(move.change)
      .where('id', '=', move.id)
      .where('state', 'in', move.from)
      .executeTakeFirst()
    if (numUpdatedRows > 0n) moved.push(move)
  }
  const entries = moved.map(({ id, change, detail }) => ({ id, event: change.state, detail }))
  await noteHistory(tx, runtime, entries)
  return moved
}

/** The same for one. False when it is in another state by now. */
export async function moveInvitation(
  tx: Transaction<Database>,
  runtime: Runtime,
  id: string,
  from: Move['from'],
  change: Move['change'],
  detail: string,
): Promise<boolean> {
  return (await moveInvitations(tx, runtime, [{ id, from, change, detail }])).length > 0
}

/** Invitations of some addresses in these states, oldest first. */
export async function invitationsFor(
  db: Kysely<Database>,
  addresses: readonly ThreePid[],
  states: readonly InvitationState[],
): Promise<Invitation[]> {
  const found: Invitation[] = []
  for (const [medium, group] of Map.groupBy(addresses, (each) => each.medium)) {
    const rows = await db
      .selectFrom('invitations')
      .selectAll()
      .where('medium', '=', medium)
      .where(
        'address',
        'in',
        group.map(({ address }) => address),
      )
      .where('state', 'in', states)
      .orderBy('created_at')
      .orderBy('id')
      .execute()
    found.push(...rows)
  }
  return found
}

export async function findInvitation(db: Kysely<Database>, id: string): Promise<Invitation | null> {
  const row = await db.selectFrom('invitations').selectAll().where('id', '=', id).executeTakeFirst()
  return row ?? null
}
