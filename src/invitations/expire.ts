import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Runtime } from '../runtime.ts'
import type { Storage } from '../storage/storage.ts'
import { handOver } from './hand-over.ts'
import { moveInvitations, type Invitation } from './invitation.ts'

/** Invitations of one transaction. */
const CHUNK = 50

/**
 * Gives up invitations whose time is over. Their keys stop being valid, so no homeserver accepts them any more. With
 * `expireTo` they are delivered to that Matrix ID first, whose owner can reject them, so that the rooms no longer show
 * them as open. Answers how many.
 */
export async function expireInvitations(
  storage: Storage,
  runtime: Runtime,
  expireTo: string | null,
): Promise<number> {
  let expired = 0
  for (;;) {
    const moved = await storage.transaction(async (tx) => {
      const due = await tx
        .selectFrom('invitations')
        .selectAll()
        .where('state', '=', 'pending')
        .where('expires_at', '<=', runtime.clock.now())
        .orderBy('created_at')
        .limit(CHUNK)
        .execute()
      if (expireTo !== null) return await handOver(tx, runtime, due.map(toReceiver(expireTo, runtime)))
      const moves = due.map(({ id }) => ({ id, from, change: { state: 'expired' }, detail: inTime }) as const)
      return (await moveInvitations(tx, runtime, moves)).length
    })
    if (moved === 0) return expired
    expired += moved
    await nextTurn()
  }
}

const toReceiver =
  (mxid: string, { clock }: Runtime) =>
  (invitation: Invitation) => ({
    invitation,
    to: { mxid, source: 'expiry' },
    from,
    change: { expired_at: clock.now() },
    detail: `${inTime}; for ${mxid} (invitations.expireTo)`,
  })

const from = ['pending'] as const
const inTime = 'nobody owned the address in time'
