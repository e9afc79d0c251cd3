import type { Kysely } from 'kysely'
import type { Database } from '../storage/schema.ts'
import { deliveryKey } from './hand-over.ts'
import type { Invitation } from './invitation.ts'
import { mailCause } from './mail.ts'

/** What the outbox still has to do for an invitation. */
export interface NextAttempt {
  readonly what: 'mail' | 'delivery'
  readonly attempts: number
  /** Milliseconds since the epoch. */
  readonly nextAttemptAt: number
  readonly lastError: string | null
}

/** Null when nothing is on its way: the mail was taken, or the invitation is over. */
export async function nextAttempt(db: Kysely<Database>, invitation: Invitation): Promise<NextAttempt | null> {
  const what = whatIsDue(invitation)
  if (what === null) return null
  const row = await db
    .selectFrom('outbox')
    .select(['attempts', 'next_attempt_at as nextAttemptAt', 'last_error as lastError'])
    .where('dedupe_key', '=', what === 'mail' ? mailCause(invitation) : deliveryKey(invitation))
    .where('finished_at', 'is', null)
    .executeTakeFirst()
  return row === undefined ? null : { what, ...row }
}

function whatIsDue({ state }: Invitation): NextAttempt['what'] | null {
  if (state === 'pending') return 'mail'
  return state === 'resolved' ? 'delivery' : null
}
