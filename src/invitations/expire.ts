import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Runtime } from '../runtime.ts'
import type { Storage } from '../storage/storage.ts'
import { handOver } from './hand-over.ts'
import { moveInvitation } from './invitation.ts'

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
      let count = 0
      for (const invitation of due) {
        const isMoved =
          expireTo === null
            ? await moveInvitation(tx, runtime, invitation.id, ['pending'], { state: 'expired' }, inTime)
            : await handOver(tx, runtime, invitation, {
                to: { mxid: expireTo, source: 'expiry' },
                from: ['pending'],
                change: { expired_at: runtime.clock.now() },
                detail: `${inTime}; for ${expireTo} (invitations.expireTo)`,
                place: count,
              })
        if (isMoved) count++
      }
      return count
    })
    if (moved === 0) return expired
    expired += moved
    await nextTurn()
  }
}

const inTime = 'nobody owned the address in time'
