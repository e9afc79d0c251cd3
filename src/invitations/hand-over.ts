import type { Transaction } from 'kysely'
import { parseUserId } from '../matrix/identifiers.ts'
import { enqueue } from '../notify/outbox.ts'
import type { Runtime } from '../runtime.ts'
import type { Database, InvitationState, InvitationTable } from '../storage/schema.ts'
import { noLongerWaiting } from './history.ts'
import { moveInvitation, type Invitation } from './invitation.ts'

/** Payload of an outbox entry of kind `onbind`. */
export interface OnbindPayload {
  readonly invitationId: string
  readonly mxid: string
}

export interface Receiver {
  /** A valid Matrix ID. */
  readonly mxid: string
  /** Where it is known from: `resolved_source`. */
  readonly source: string
}

/** How long a homeserver that is down is tried. Its operator may be on holiday. */
const DELIVER_FOR_MS = 30 * 86_400_000
/** The homeserver writes the invitation into the room only after our answer to `store-invite`. */
const AFTER_STORE_MS = 3_000

export interface HandOver {
  readonly to: Receiver
  /** States that the invitation may come from. */
  readonly from: readonly InvitationState[]
  readonly change?: Partial<InvitationTable>
  readonly detail: string
  /** Its place among those that are handed over together: they go out in this order. */
  readonly place?: number
}

/**
 * Resolves an invitation: queues its delivery to the homeserver of `to`. One request per invitation, because a homeserver
 * reports only the last failure of several. False when it is in another state by now.
 */
export async function handOver(
  tx: Transaction<Database>,
  runtime: Runtime,
  invitation: Invitation,
  { to, from, change = {}, detail, place = 0 }: HandOver,
): Promise<boolean> {
  const server = parseUserId(to.mxid)?.serverName
  if (server === undefined) return false
  const now = runtime.clock.now()
  // Names the outbox row together with invitation and Matrix ID, so no two hand-overs may have the same.
  const resolvedAt = Math.max(now, (invitation.resolved_at ?? 0) + 1)
  const resolved = {
    ...noLongerWaiting,
    ...change,
    state: 'resolved',
    resolved_mxid: to.mxid,
    resolved_server: server,
    resolved_source: to.source,
    resolved_at: resolvedAt,
  } as const
  if (!(await moveInvitation(tx, runtime, invitation.id, from, resolved, detail))) return false
  await enqueue(tx, runtime, {
    kind: 'onbind',
    lane: server,
    dedupeKey: deliveryKey({ ...invitation, ...resolved }),
    payload: { invitationId: invitation.id, mxid: to.mxid } satisfies OnbindPayload,
    expiresAt: now + DELIVER_FOR_MS,
    notBefore: Math.max(now, invitation.created_at + AFTER_STORE_MS) + place,
  })
  return true
}

/** The outbox row that delivers a resolved invitation. */
export function deliveryKey({ id, resolved_mxid, resolved_at }: Invitation): string {
  return `onbind ${id} ${resolved_mxid} ${resolved_at}`
}

/** Columns of an invitation that nobody owns. */
export const unresolved = {
  resolved_mxid: null,
  resolved_server: null,
  resolved_source: null,
} as const
