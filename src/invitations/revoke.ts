import type { Runtime } from '../runtime.ts'
import type { Storage } from '../storage/storage.ts'
import { moveInvitation } from './invitation.ts'

/**
 * Takes an invitation back while it waits: its keys stop being valid at once, so that no homeserver accepts it any
 * more, and nothing is delivered. The room keeps showing it until somebody there removes it.
 * @returns false when there is none with this id, or it was delivered, has expired or was revoked before.
 */
export async function revokeInvitation(
  storage: Storage,
  runtime: Runtime,
  id: string,
  by: string,
): Promise<boolean> {
  return await storage.transaction((tx) =>
    moveInvitation(
      tx,
      runtime,
      id,
      ['pending', 'resolved', 'failed'],
      { state: 'revoked' },
      `revoked by ${by}`,
    ),
  )
}
