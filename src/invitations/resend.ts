import type { Transaction } from 'kysely'
import type { Config } from '../config/schema.ts'
import { MatrixError } from '../matrix/errors.ts'
import { parseUserId } from '../matrix/identifiers.ts'
import type { Medium, ThreePid } from '../matrix/threepid.ts'
import type { Runtime } from '../runtime.ts'
import type { Database, InvitationState } from '../storage/schema.ts'
import type { Storage } from '../storage/storage.ts'
import { addressTurn, takeTurns } from '../storage/take-turns.ts'
import { noteHistory } from './history.ts'
import { findInvitation, type Invitation } from './invitation.ts'
import { checkPolicy } from './policy.ts'
import { SAME_REQUEST_MS } from './store-invite.ts'

export interface ResendOptions {
  readonly storage: Storage
  readonly runtime: Runtime
  readonly config: Config
  /** Refuses phone numbers that no message is sent to. Throws MatrixError. */
  readonly checkDestination: (address: ThreePid) => Promise<void>
  readonly queue: (tx: Transaction<Database>, invitation: Invitation) => Promise<void>
}

export type Resending =
  /** `expiresAt`: its time begins anew. */
  | { readonly result: 'queued'; readonly expiresAt: number }
  | { readonly result: 'unknown' }
  /** Only who has not been found is written to. */
  | { readonly result: 'not-pending'; readonly state: InvitationState }
  | { readonly result: 'too-soon'; readonly notBefore: number }
  /** The rules of today refuse it. */
  | { readonly result: 'refused'; readonly reason: string }

/** Mails to one address in a day that the operator may cause, over all its invitations. */
const RESENT_PER_DAY = 20
const DAY_MS = 86_400_000

/**
 * Writes to the invited person once more, and lets the invitation live as long as a new one. Not within ten minutes of
 * the last mail, nor more than twenty times a day to one address.
 * @param by who did it, for the history
 */
export async function resendInvitation(options: ResendOptions, id: string, by: string): Promise<Resending> {
  const { storage, runtime, config } = options
  const stored = await findInvitation(storage.db, id)
  if (stored === null) return { result: 'unknown' }
  const refusal = await refusalOf(options, stored)
  if (refusal !== null) return { result: 'refused', reason: refusal }
  return await storage.transaction(async (tx) => {
    await takeTurns(tx, addressTurn(stored))
    const invitation = await findInvitation(tx, id)
    if (invitation === null) return { result: 'unknown' }
    if (invitation.state !== 'pending') return { result: 'not-pending', state: invitation.state }
    const now = runtime.clock.now()
    const notBefore = await earliest(tx, invitation, now)
    if (notBefore > now) return { result: 'too-soon', notBefore }
    const change = { last_mailed_at: now, expires_at: now + config.invitations.expireAfter }
    await tx.updateTable('invitations').set(change).where('id', '=', id).execute()
    await noteHistory(tx, runtime, [{ id, event: 'resent', detail: `mailed again by ${by}` }])
    await options.queue(tx, { ...invitation, ...change })
    return { result: 'queued', expiresAt: change.expires_at }
  })
}

async function earliest(tx: Transaction<Database>, invitation: Invitation, now: number): Promise<number> {
  const { medium, address, last_mailed_at } = invitation
  const afterLast = (last_mailed_at ?? 0) + SAME_REQUEST_MS
  const resent = await tx
    .selectFrom('invitation_history')
    .innerJoin('invitations', 'invitations.id', 'invitation_history.invitation_id')
    .select('invitation_history.at')
    .where('invitations.medium', '=', medium)
    .where('invitations.address', '=', address)
    .where('invitation_history.state', '=', 'resent')
    .where('invitation_history.at', '>', now - DAY_MS)
    .orderBy('invitation_history.at', 'desc')
    .limit(RESENT_PER_DAY)
    .execute()
  const oldest = resent[RESENT_PER_DAY - 1]
  return oldest === undefined ? afterLast : Math.max(afterLast, oldest.at + DAY_MS)
}

/** Rules may have changed since it was stored. Null: nothing speaks against it. */
async function refusalOf(
  { config, checkDestination }: ResendOptions,
  { medium, address, room_id, sender, properties }: Invitation,
): Promise<string | null> {
  const threePid = { medium: medium as Medium, address }
  try {
    checkPolicy(config.invitations.blocked, {
      ...threePid,
      roomId: room_id,
      sender,
      senderServer: parseUserId(sender)?.serverName ?? '',
      properties: JSON.parse(properties) as Record<string, string>,
    })
    await checkDestination(threePid)
    return null
  } catch (error) {
    if (error instanceof MatrixError) return error.message
    throw error
  }
}
