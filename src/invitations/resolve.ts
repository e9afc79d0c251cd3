import type { Transaction } from 'kysely'
import type { Lookup } from '../lookup/find.ts'
import { mappingKey, type Mapping } from '../lookup/mappings.ts'
import type { Medium, ThreePid } from '../matrix/threepid.ts'
import { enqueue } from '../notify/outbox.ts'
import type { Runtime } from '../runtime.ts'
import type { Database, InvitationState } from '../storage/schema.ts'
import type { Storage } from '../storage/storage.ts'
import { addressTurn, takeTurns } from '../storage/take-turns.ts'
import { invitationsFor, moveInvitation, type Invitation } from './invitation.ts'

/** Payload of an outbox entry of kind `onbind`. */
export interface OnbindPayload {
  readonly invitationId: string
  readonly mxid: string
}

/** How long a homeserver that is down is tried. Its operator may be on holiday. */
const DELIVER_FOR_MS = 30 * 86_400_000
/** The homeserver writes the invitation into the room only after our answer to `store-invite`. */
const AFTER_STORE_MS = 3_000

/**
 * What waits for this address is for this user: queues one `onbind` each. One request per invitation, because a
 * homeserver reports only the last failure of several. A delivery under way, or whose outcome is unknown, is not taken
 * from the user it is meant for; `deliver.ts` passes the invitation on should it fail.
 * @param states a bind also takes what was meant for the former owner, or could not be delivered
 */
export async function resolveInvitations(
  tx: Transaction<Database>,
  runtime: Runtime,
  address: ThreePid,
  mxid: string,
  states: readonly InvitationState[],
): Promise<number> {
  const waiting = await invitationsFor(tx, address, states)
  const now = runtime.clock.now()
  let resolved = 0
  for (const invitation of waiting) {
    if (isUnderDelivery(invitation) || (invitation.state === 'resolved' && invitation.resolved_mxid === mxid))
      continue
    const change = { state: 'resolved', resolved_mxid: mxid } as const
    if (!(await moveInvitation(tx, runtime, invitation.id, states, change, `for ${mxid}`))) continue
    await enqueue(tx, runtime, {
      kind: 'onbind',
      dedupeKey: `onbind ${invitation.id} ${mxid} ${now}`,
      payload: { invitationId: invitation.id, mxid } satisfies OnbindPayload,
      expiresAt: now + DELIVER_FOR_MS,
      notBefore: Math.max(now, invitation.created_at + AFTER_STORE_MS),
    })
    resolved++
  }
  return resolved
}

/** States from which a bind takes an invitation. */
export const boundStates: readonly InvitationState[] = ['pending', 'resolved', 'failed']

function isUnderDelivery(invitation: Invitation): boolean {
  return invitation.state === 'resolved' && invitation.delivery_started_at !== null
}

/** The address was given up before its invitations were delivered: they wait for its next owner. */
export async function unresolveInvitations(
  tx: Transaction<Database>,
  runtime: Runtime,
  address: ThreePid,
  mxid: string,
): Promise<void> {
  for (const invitation of await invitationsFor(tx, address, ['resolved'])) {
    if (invitation.resolved_mxid !== mxid || isUnderDelivery(invitation)) continue
    const change = { state: 'pending', resolved_mxid: null } as const
    await moveInvitation(tx, runtime, invitation.id, ['resolved'], change, `${mxid} gave the address up`)
  }
}

const PAGE = 500

/**
 * Looks every waiting invitation up again: a directory may know the address by now. Returns how many were resolved.
 */
export async function resolveWaiting(storage: Storage, runtime: Runtime, lookup: Lookup): Promise<number> {
  let resolved = 0
  let after = ''
  for (;;) {
    const page = await storage.db
      .selectFrom('invitations')
      .select(['medium', 'address'])
      .distinct()
      .where('state', '=', 'pending')
      .where('address', '>', after)
      .orderBy('address')
      .limit(PAGE)
      .execute()
    const addresses = page.map((row) => ({ medium: row.medium as Medium, address: row.address }))
    const mappings = await lookup.find(addresses, null)
    for (const address of addresses) {
      const found = mappings.get(mappingKey(address))
      if (found === undefined) continue
      resolved += await storage.transaction((tx) => resolvePending(tx, runtime, lookup, found))
    }
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return resolved
    after = last.address
  }
}

/** Asks again inside the transaction, in turn with binds: the address may have got another owner since the page was read. */
async function resolvePending(
  tx: Transaction<Database>,
  runtime: Runtime,
  lookup: Lookup,
  found: Mapping,
): Promise<number> {
  await takeTurns(tx, addressTurn(found))
  const mapping = await lookup.confirm(tx, found, found)
  return mapping === null ? 0 : await resolveInvitations(tx, runtime, found, mapping.mxid, ['pending'])
}

/** Gives up invitations whose time is over. Returns how many. */
export async function expireInvitations(storage: Storage, runtime: Runtime): Promise<number> {
  const due = await storage.db
    .selectFrom('invitations')
    .select('id')
    .where('state', '=', 'pending')
    .where('expires_at', '<=', runtime.clock.now())
    .limit(PAGE)
    .execute()
  for (const { id } of due) {
    await storage.transaction((tx) =>
      moveInvitation(tx, runtime, id, ['pending'], { state: 'expired' }, 'nobody bound the address in time'),
    )
  }
  return due.length
}
