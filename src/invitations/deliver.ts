import type { Transaction } from 'kysely'
import { z } from 'zod'
import type { Onbind, OnbindBody, OnbindOutcome } from '../homeserver/onbind.ts'
import type { KeyRing } from '../keys/key-ring.ts'
import { parseUserId } from '../matrix/identifiers.ts'
import { signJson } from '../matrix/signing.ts'
import type { Medium, ThreePid } from '../matrix/threepid.ts'
import type { OutboxHandler, OutboxResult } from '../notify/outbox-worker.ts'
import type { Runtime } from '../runtime.ts'
import type { Database } from '../storage/schema.ts'
import type { Storage } from '../storage/storage.ts'
import { ephemeralSigningKey } from './ephemeral-key.ts'
import { beginDelivery, earlierDelivery, endDelivery } from './evidence.ts'
import { findInvitation, moveInvitation, type Invitation } from './invitation.ts'
import { resolveInvitations } from './resolve.ts'

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
    former: string | null,
  ) => Promise<string | null>
  /** How long a homeserver may still be at work on a request whose answer never came; default 30 s. */
  readonly settleMs?: number
}

/** A homeserver that has not yet written the invitation into the room refuses it; for this long that may pass. */
const MAY_BE_EARLY_MS = 2 * 60_000
const EARLY_RETRY_MS = 10_000

/**
 * Delivers resolved invitations to the homeserver of the invited person. An attempt whose outcome is unknown is
 * decided by evidence before it is repeated; see `evidence.ts`.
 */
export function createInvitationDelivery(options: DeliverOptions): OutboxHandler {
  const { storage, runtime } = options
  const settleMs = options.settleMs ?? 30_000

  async function attempt(invitation: Invitation, mxid: string): Promise<OutboxResult> {
    const { id } = invitation
    const earlier = earlierDelivery(invitation, runtime.clock.now(), settleMs)
    if (earlier.outcome === 'arrived') return { result: 'done' }
    if (earlier.outcome === 'open') {
      return {
        result: 'retry',
        error: 'waiting to see whether the last attempt arrived',
        afterMs: earlier.waitMs,
      }
    }
    if (!(await beginDelivery(storage, id, mxid, runtime.clock.now()))) return { result: 'done' }
    const serverName = parseUserId(mxid)?.serverName ?? ''
    const outcome = await options.onbind.send(serverName, onbindBody(invitation, mxid, options))
    if (outcome.result === 'retry' || outcome.result === 'refused') await endDelivery(storage, id)
    return toResult(outcome, invitation, runtime.clock.now(), settleMs)
  }

  return {
    async deliver(entry) {
      const { invitationId, mxid } = payloadSchema.parse(entry.payload)
      const invitation = await findInvitation(storage.db, invitationId)
      // Revoked, or the address has another owner by now: whoever changed that queued what is needed.
      if (invitation === null || !isFor(invitation, mxid)) return { result: 'done' }
      return await attempt(invitation, mxid)
    },

    async finished(entry, outcome, tx) {
      const { invitationId, mxid } = payloadSchema.parse(entry.payload)
      const invitation = await findInvitation(tx, invitationId)
      if (invitation === null || !isFor(invitation, mxid)) return
      if (outcome.result !== 'done') {
        await giveUp(tx, options, invitation, outcome.error ?? 'given up')
        return
      }
      const change = {
        state: 'delivered',
        delivered_at: runtime.clock.now(),
        delivery_started_at: null,
      } as const
      await moveInvitation(
        tx,
        runtime,
        invitationId,
        ['resolved'],
        change,
        `the homeserver of ${mxid} has it`,
      )
    },
  }
}

/** The delivery failed for good. If the address changed hands meanwhile, the invitation is its next owner's. */
async function giveUp(
  tx: Transaction<Database>,
  { runtime, currentOwner }: DeliverOptions,
  { id, medium, address, resolved_mxid }: Invitation,
  reason: string,
): Promise<void> {
  const threePid = { medium: medium as Medium, address }
  const owner = await currentOwner(tx, threePid, resolved_mxid)
  const cleared = { delivery_started_at: null, validity_asked_at: null } as const
  if (owner === resolved_mxid) {
    await moveInvitation(tx, runtime, id, ['resolved'], { state: 'failed', ...cleared }, reason)
    return
  }
  const change = { state: 'pending', resolved_mxid: null, ...cleared } as const
  await moveInvitation(tx, runtime, id, ['resolved'], change, `${reason}; the address has another owner`)
  if (owner !== null) await resolveInvitations(tx, runtime, threePid, owner, ['pending'])
}

function isFor(invitation: Invitation, mxid: string): boolean {
  return invitation.state === 'resolved' && invitation.resolved_mxid === mxid
}

/** When the homeserver last asked us to keep the invitation; it writes it into the room only then. */
function askedAt({ created_at, last_mailed_at }: Invitation): number {
  return Math.max(created_at, last_mailed_at ?? 0)
}

function toResult(
  outcome: OnbindOutcome,
  invitation: Invitation,
  now: number,
  settleMs: number,
): OutboxResult {
  switch (outcome.result) {
    case 'accepted':
      return { result: 'done' }
    case 'refused':
      return now < askedAt(invitation) + MAY_BE_EARLY_MS
        ? { result: 'retry', error: outcome.reason, afterMs: EARLY_RETRY_MS }
        : { result: 'failed', error: outcome.reason }
    case 'retry':
      return {
        result: 'retry',
        error: outcome.reason,
        ...(outcome.retryAfterMs === undefined ? {} : { afterMs: outcome.retryAfterMs }),
      }
    case 'unknown':
      return { result: 'retry', error: outcome.reason, afterMs: settleMs }
  }
}

/**
 * One invitation as the Server-Server API wants it, signed by the long-term key that stands in the room, even when it
 * has been retired. There is one signature only: Synapse tries the first of several against each key of the room, and
 * refuses the invitation when that one is by another key.
 */
export function onbindBody(invitation: Invitation, mxid: string, options: DeliverOptions): OnbindBody {
  const { medium, address, sender, room_id, token } = invitation
  const key =
    options.keyRing.signer(invitation.server_public_key) ??
    ephemeralSigningKey(invitation.ephemeral_private_key) ??
    options.keyRing.active()
  const signed = signJson({ mxid, token }, options.serverName, key)
  return { medium, address, mxid, invites: [{ medium, address, mxid, sender, room_id, signed }] }
}
