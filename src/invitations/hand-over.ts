import type { Transaction } from 'kysely'
import { parseUserId } from '../matrix/identifiers.ts'
import { enqueueAll } from '../notify/outbox.ts'
import type { Runtime } from '../runtime.ts'
import type { Database, InvitationState, InvitationTable } from '../storage/schema.ts'
import { noLongerWaiting } from './history.ts'
import { moveInvitations, type Invitation } from './invitation.ts'

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
  readonly invitation: Invitation
  readonly to: Receiver
  /** States that the invitation may come from. */
  readonly from: readonly InvitationState[]
  readonly change?: Partial<InvitationTable>
  readonly detail: string
}

/**
 * Resolves invitations: queues the delivery of each to the homeserver of its receiver, in the order given. One request
 * per invitation, because a homeserver reports only the last failure of several. Those that are in another state by now
 * are left out. Answers how many were resolved.
 */
export async function handOver(
  tx: Transaction<Database>,
  runtime: Runtime,
  handOvers: readonly HandOver[],
): Promise<number> {
  const now = runtime.clock.now()
  const moved = await moveInvitations(
    tx,
    runtime,
    handOvers.flatMap((each) => moveOf(each, now) ?? []),
  )
  const messages = moved.map(({ invitation, change }, place) => ({
    kind: 'onbind',
    lane: change.resolved_server,
    dedupeKey: deliveryKey({ ...invitation, ...change }),
    payload: { invitationId: invitation.id, mxid: change.resolved_mxid } satisfies OnbindPayload,
    expiresAt: now + DELIVER_FOR_MS,
    notBefore: Math.max(now, invitation.created_at + AFTER_STORE_MS) + place,
  }))
  await enqueueAll(tx, runtime, messages)
  return moved.length
}

/** Null for what is no Matrix ID: no directory should hold any, and nobody could be told. */
function moveOf({ invitation, to, from, change = {}, detail }: HandOver, now: number) {
  const server = parseUserId(to.mxid)?.serverName
  if (server === undefined) return null
  const resolved = {
    ...noLongerWaiting,
    ...change,
    state: 'resolved',
    resolved_mxid: to.mxid,
    resolved_server: server,
    resolved_source: to.source,
    // Names the outbox row together with invitation and Matrix ID, so no two hand-overs may have the same.
    resolved_at: Math.max(now, (invitation.resolved_at ?? 0) + 1),
  } as const
  return { id: invitation.id, from, change: resolved, detail, invitation }
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
