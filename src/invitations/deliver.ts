import type { Transaction } from 'kysely'
import { z } from 'zod'
import type { Onbind } from '../homeserver/onbind.ts'
import type { KeyRing } from '../keys/key-ring.ts'
import { parseUserId } from '../matrix/identifiers.ts'
import type { Medium, ThreePid } from '../matrix/threepid.ts'
import type { OutboxHandler, OutboxResult } from '../notify/outbox-handler.ts'
import type { Runtime } from '../runtime.ts'
import type { Database } from '../storage/schema.ts'
import type { Storage } from '../storage/storage.ts'
import { resultOf } from './delivery-rules.ts'
import { beginDelivery, earlierDelivery, endDelivery } from './evidence.ts'
import { unresolved } from './hand-over.ts'
import { noLongerWaiting, noteHistory, noteWaiting } from './history.ts'
import { findInvitation, moveInvitation, type Invitation } from './invitation.ts'
import { onbindBody } from './onbind-body.ts'
import { resolveInvitations, type Owner } from './resolve.ts'
import { callNext, isItsTurn, TURN_MS } from './turn.ts'

const payloadSchema = z.object({ invitationId: z.string(), mxid: z.string() })

export interface DeliverOptions {
  readonly storage: Storage
  readonly runtime: Runtime
  readonly onbind: Onbind
  readonly keyRing: KeyRing
  /** The entity name of our signatures. */
  readonly serverName: string
  /** Whom an address belongs to at this moment, as far as storage knows; `former` where only a directory could tell. */
  readonly currentOwner: (
    tx: Transaction<Database>,
    address: ThreePid,
    former: Owner | null,
  ) => Promise<Owner | null>
  /** How long a homeserver may still be at work on a request whose answer never came; default 30 s. */
  readonly settleMs?: number
}

/**
 * Delivers resolved invitations to the homeserver of the invited person. An attempt whose outcome is unknown is
 * decided by evidence before it is repeated; see `evidence.ts`.
 */
export function createInvitationDelivery(options: DeliverOptions): OutboxHandler {
  const { storage, runtime, keyRing, serverName } = options
  const settleMs = options.settleMs ?? 30_000

  async function attempt(invitation: Invitation, mxid: string, server: string): Promise<OutboxResult> {
    const { id } = invitation
    const earlier = earlierDelivery(invitation, runtime.clock.now(), settleMs)
    if (earlier.outcome === 'arrived') return { result: 'done' }
    if (earlier.outcome === 'open') {
      const error = 'Waiting to see whether the last attempt arrived.'
      return { result: 'retry', error, afterMs: earlier.waitMs }
    }
    if (!(await isItsTurn(storage.db, invitation, runtime.clock.now()))) {
      const error = 'An older invitation to the same address goes first.'
      return { result: 'retry', error, afterMs: TURN_MS }
    }
    if (!(await beginDelivery(storage, id, mxid, runtime.clock.now()))) return { result: 'done' }
    const outcome = await options.onbind.send(server, onbindBody(invitation, mxid, keyRing, serverName))
    if (outcome.result === 'retry' || outcome.result === 'refused') await endDelivery(storage, id)
    return resultOf(outcome, invitation, runtime.clock.now(), settleMs)
  }

  return {
    async deliver(entry) {
      const { invitationId, mxid } = payloadSchema.parse(entry.payload)
      const invitation = await findInvitation(storage.db, invitationId)
      // Revoked, or the address has another owner by now: whoever changed that queued what is needed.
      if (invitation === null || !isFor(invitation, mxid)) return { result: 'done' }
      const server = parseUserId(mxid)?.serverName
      if (server === undefined) return { result: 'failed', error: 'Its receiver is not a valid Matrix ID.' }
      return await attempt(invitation, mxid, server)
    },

    async postponed(entry, { error, nextAttemptAt, receiver, heldLane }, tx) {
      // Nobody was asked: it merely waits for its turn.
      if (receiver === undefined) return
      const { invitationId } = payloadSchema.parse(entry.payload)
      const of = heldLane === null ? { id: invitationId } : { server: heldLane }
      await noteWaiting(tx, runtime, { of, reason: error, nextAttemptAt })
    },

    async finished(entry, outcome, tx) {
      const { invitationId, mxid } = payloadSchema.parse(entry.payload)
      const invitation = await findInvitation(tx, invitationId)
      if (invitation === null) return
      if (!isFor(invitation, mxid)) {
        await noteTooLate(tx, runtime, invitation, mxid, outcome.result === 'done')
      } else if (outcome.result === 'done') {
        await arrived(tx, runtime, invitation, mxid)
      } else {
        await giveUp(tx, options, invitation, outcome.error ?? 'Nothing could be sent in time.')
      }
    },
  }
}

function isFor(invitation: Invitation, mxid: string): boolean {
  return invitation.state === 'resolved' && invitation.resolved_mxid === mxid
}

async function arrived(
  tx: Transaction<Database>,
  runtime: Runtime,
  invitation: Invitation,
  mxid: string,
): Promise<void> {
  const now = runtime.clock.now()
  const change = {
    ...noLongerWaiting,
    state: invitation.expired_at === null ? 'delivered' : 'expired',
    delivered_at: now,
    delivery_started_at: null,
  } as const
  const detail = `the homeserver of ${mxid} has it`
  await moveInvitation(tx, runtime, invitation.id, ['resolved'], change, detail)
  await callNext(tx, invitation, now)
}

/** A revocation came while the request was on its way. */
async function noteTooLate(
  tx: Transaction<Database>,
  runtime: Runtime,
  { id, state, delivery_started_at }: Invitation,
  mxid: string,
  isDone: boolean,
): Promise<void> {
  if (state !== 'revoked' || !isDone || delivery_started_at === null) return
  await noteHistory(tx, runtime, [
    { id, event: 'revoked', detail: `too late: the homeserver of ${mxid} had taken it` },
  ])
}

/** The delivery failed for good. If the address changed hands meanwhile, the invitation is its next owner's. */
async function giveUp(
  tx: Transaction<Database>,
  { runtime, currentOwner }: DeliverOptions,
  invitation: Invitation,
  reason: string,
): Promise<void> {
  const { id, medium, address, resolved_mxid, resolved_source, expired_at } = invitation
  const cleared = { ...noLongerWaiting, delivery_started_at: null, validity_asked_at: null } as const
  if (expired_at !== null) {
    await moveInvitation(tx, runtime, id, ['resolved'], { state: 'expired', ...cleared }, reason)
    return
  }
  const threePid = { medium: medium as Medium, address }
  const former =
    resolved_mxid === null ? null : { ...threePid, mxid: resolved_mxid, source: resolved_source ?? '' }
  const owner = await currentOwner(tx, threePid, former)
  if (owner?.mxid === resolved_mxid) {
    await moveInvitation(tx, runtime, id, ['resolved'], { state: 'failed', ...cleared }, reason)
    return
  }
  const change = { state: 'pending', ...unresolved, ...cleared } as const
  await moveInvitation(tx, runtime, id, ['resolved'], change, `${reason} The address has another owner.`)
  if (owner !== null) await resolveInvitations(tx, runtime, [owner], ['pending'])
}
