import type { OnbindOutcome } from '../homeserver/onbind.ts'
import { maskAddresses } from '../notify/delivery-error.ts'
import type { OutboxResult } from '../notify/outbox-handler.ts'
import type { Invitation } from './invitation.ts'

/** A homeserver that has not yet written the invitation into the room refuses it; for this long that may pass. */
const MAY_BE_EARLY_MS = 2 * 60_000
const EARLY_RETRY_MS = 10_000
/** A longer Retry-After is a mistake, or somebody who wants to be forgotten. */
const LONGEST_RETRY_AFTER_MS = 86_400_000

/**
 * What follows from a homeserver's answer:
 * - taken: done;
 * - refused in the homeserver's own words: final, except in the first minutes;
 * - everything else (no connection, 404, 429, 5xx, proxies): again, for as long as the outbox keeps it. Where the fault
 *   is the server's and not the invitation's, all for that server wait together.
 * @param settleMs how long a homeserver may still be at work on a request whose answer never came
 */
export function resultOf(
  outcome: OnbindOutcome,
  invitation: Pick<Invitation, 'created_at' | 'last_mailed_at'>,
  now: number,
  settleMs: number,
): OutboxResult {
  if (outcome.result === 'accepted') return { result: 'done' }
  const error = maskAddresses(outcome.reason)
  switch (outcome.result) {
    case 'refused':
      return now < askedAt(invitation) + MAY_BE_EARLY_MS
        ? { result: 'retry', error, afterMs: EARLY_RETRY_MS, receiver: 'up' }
        : { result: 'failed', error }
    case 'retry': {
      const atLeastMs = Math.min(outcome.retryAfterMs ?? 0, LONGEST_RETRY_AFTER_MS)
      return { result: 'retry', error, atLeastMs, receiver: outcome.wholeServer ? 'down' : 'up' }
    }
    case 'unknown':
      return {
        result: 'retry',
        error,
        atLeastMs: settleMs,
        receiver: outcome.wholeServer ? 'down' : 'silent',
      }
  }
}

/** When the homeserver last asked us to keep the invitation; it writes it into the room only then. */
function askedAt({ created_at, last_mailed_at }: Pick<Invitation, 'created_at' | 'last_mailed_at'>): number {
  return Math.max(created_at, last_mailed_at ?? 0)
}
