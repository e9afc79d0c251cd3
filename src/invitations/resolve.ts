import type { Transaction } from 'kysely'
import type { ThreePid } from '../matrix/threepid.ts'
import type { Runtime } from '../runtime.ts'
import type { Database, InvitationState } from '../storage/schema.ts'
import { handOver, unresolved, type Receiver } from './hand-over.ts'
import { noLongerWaiting } from './history.ts'
import { invitationsFor, moveInvitation, type Invitation } from './invitation.ts'

/** An address with its owner; every `Mapping` is one. */
export type Owner = ThreePid & Receiver

/**
 * What waits for these addresses is for their owners. A delivery under way, or whose outcome is unknown, is not taken from
 * the user it is meant for; `deliver.ts` passes the invitation on should it fail. Answers how many were resolved.
 * @param states a bind takes more than a lookup: `boundStates`
 */
export async function resolveInvitations(
  tx: Transaction<Database>,
  runtime: Runtime,
  owners: readonly Owner[],
  states: readonly InvitationState[],
): Promise<number> {
  const byAddress = new Map(owners.map((owner) => [keyOf(owner), owner]))
  const waiting = await invitationsFor(tx, owners, states)
  const handOvers = waiting.flatMap((invitation) => {
    const owner = byAddress.get(keyOf(invitation))
    const isTheirs = invitation.state === 'resolved' && invitation.resolved_mxid === owner?.mxid
    if (owner === undefined || isTheirs || !isFree(invitation)) return []
    return { invitation, to: owner, from: states, detail: `for ${owner.mxid}, ${foundIn(owner.source)}` }
  })
  return await handOver(tx, runtime, handOvers)
}

const keyOf = ({ medium, address }: { readonly medium: string; readonly address: string }) =>
  `${medium} ${address}`

/** The address was given up before its invitations were delivered: they wait for its next owner. */
export async function unresolveInvitations(
  tx: Transaction<Database>,
  runtime: Runtime,
  address: ThreePid,
  mxid: string,
): Promise<void> {
  for (const invitation of await invitationsFor(tx, [address], ['resolved'])) {
    if (invitation.resolved_mxid !== mxid || !isFree(invitation)) continue
    const change = { state: 'pending', ...unresolved, ...noLongerWaiting } as const
    await moveInvitation(tx, runtime, invitation.id, ['resolved'], change, `${mxid} gave the address up`)
  }
}

/** Not under delivery, and not on its way to `invitations.expireTo`. */
function isFree({ state, delivery_started_at, expired_at }: Invitation): boolean {
  return state !== 'resolved' || (delivery_started_at === null && expired_at === null)
}

function foundIn(source: string): string {
  if (source === 'association') return 'who has published the address'
  // `federation <domain>`, `central <url>`, `bridge <url>`; else the id of a backend.
  return source.includes(' ') ? `found by ${source}` : `found in the directory "${source}"`
}
