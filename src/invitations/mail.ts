import type { Kysely, Transaction } from 'kysely'
import type { Config } from '../config/schema.ts'
import { MatrixError } from '../matrix/errors.ts'
import type { Medium, ThreePid } from '../matrix/threepid.ts'
import type { OutboxHandler, OutboxOutcome } from '../notify/outbox-handler.ts'
import type { NotificationQueue } from '../notify/queue.ts'
import { checkDestination } from '../notify/sms/destination.ts'
import { invitationValues } from '../notify/templates/values.ts'
import type { Runtime } from '../runtime.ts'
import type { Database } from '../storage/schema.ts'
import { noLongerWaiting, noteHistory, noteWaiting } from './history.ts'
import { findInvitation, type Invitation } from './invitation.ts'

export interface InvitationMailOptions {
  readonly config: Config
  readonly notifications: NotificationQueue
  /** Base URL of the public listener. */
  readonly publicUrl: string
}

/** Queues the mail, or text message, that tells the invited person. `last_mailed_at` says which one it is. */
export async function queueInvitationMail(
  tx: Transaction<Database>,
  { config, notifications, publicUrl }: InvitationMailOptions,
  invitation: Invitation,
): Promise<void> {
  const to = { medium: invitation.medium as Medium, address: invitation.address }
  const { webClient, registerUrl } = config.invitations
  await notifications.notify(tx, {
    to,
    kind: 'invitation',
    language: null,
    cause: mailCause(invitation),
    values: invitationValues({
      ...to,
      request: JSON.parse(invitation.properties) as Record<string, string>,
      token: invitation.token,
      ephemeralPrivateKey: invitation.ephemeral_private_key,
      senderVerified: invitation.sender_verified_at !== null,
      webClient,
      registerUrl,
      publicUrl,
    }),
  })
}

/** Names the latest mail of an invitation in the outbox. */
export function mailCause({ id, last_mailed_at }: Pick<Invitation, 'id' | 'last_mailed_at'>): string {
  return `invitation ${id} ${last_mailed_at}`
}

/** The invitation that a message of the outbox is about; undefined for all others. */
export function invitationOfMail(dedupeKey: string): string | undefined {
  return /^invitation ([\w-]+) \d+$/.exec(dedupeKey)?.[1]
}

/** The handler of mails or text messages, which tells invitations what became of theirs. */
export function followInvitationMails(handler: OutboxHandler, runtime: Runtime): OutboxHandler {
  return {
    ...handler,
    async postponed(entry, postponed, tx) {
      await handler.postponed?.(entry, postponed, tx)
      const id = invitationOfMail(entry.dedupeKey)
      if (id === undefined) return
      const { error, nextAttemptAt } = postponed
      await noteWaiting(tx, runtime, { of: { id }, reason: `Not mailed yet: ${error}.`, nextAttemptAt })
    },
    async finished(entry, outcome, tx) {
      await handler.finished?.(entry, outcome, tx)
      const id = invitationOfMail(entry.dedupeKey)
      if (id === undefined || !(await endWaiting(tx, id))) return
      await noteHistory(tx, runtime, [{ id, ...outcomeOf(entry.kind, outcome) }])
    },
  }
}

function outcomeOf(kind: string, outcome: OutboxOutcome) {
  if (outcome.result !== 'done')
    return { event: 'not-mailed', detail: outcome.error ?? 'nothing could be sent in time' } as const
  const taker = kind === 'sms' ? 'the text message gateway' : 'the mail server'
  return { event: 'mailed', detail: `${taker} took the message` } as const
}

/** False when the invitation is gone: a mail may outlive it. */
async function endWaiting(tx: Transaction<Database>, id: string): Promise<boolean> {
  const invitation = await findInvitation(tx, id)
  if (invitation?.state === 'pending' && invitation.wait_reason !== null)
    await tx.updateTable('invitations').set(noLongerWaiting).where('id', '=', id).execute()
  return invitation !== null
}

/**
 * An invitation by phone costs as much as a code does, and goes to as few places.
 * @throws MatrixError what `checkDestination` of `notify/sms` throws.
 */
export async function checkInvitedPhone(
  db: Kysely<Database>,
  config: Config,
  invited: ThreePid,
  now: number,
): Promise<void> {
  if (invited.medium !== 'msisdn') return
  // The numbering plans are large; who has no phone numbers never loads them.
  const { parsePhoneNumber } = await import('../matrix/phone.ts')
  const number = parsePhoneNumber(`+${invited.address}`, '')
  if (number === null) throw new MatrixError('M_INVALID_ADDRESS')
  await checkDestination(db, config.notifications.sms, number, now)
}
