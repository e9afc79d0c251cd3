import type { Config } from '../config/schema.ts'
import type { IdList } from '../intercepts/id-list.ts'
import type { People } from '../intercepts/people.ts'
import { findInvitation, type Invitation } from '../invitations/invitation.ts'
import { invitationOfMail } from '../invitations/mail.ts'
import { parseUserId } from '../matrix/identifiers.ts'
import { emailPayload } from '../notify/handlers.ts'
import type { OutboxEntry, OutboxHandler } from '../notify/outbox-handler.ts'
import { publicUrl } from '../public-url.ts'
import type { Runtime } from '../runtime.ts'
import type { Storage } from '../storage/storage.ts'
import { makeLink } from './links.ts'
import { signUpPath } from './path.ts'

export interface MailLinkOptions {
  readonly storage: Storage
  readonly runtime: Runtime
  readonly config: () => Config
  readonly people: People
  /** `signUp.users`. */
  readonly users: IdList
}

/**
 * The handler of mails, which puts a link to sign up into those of invitations. It is made with each attempt, so that no
 * queue and no backup holds one; the former ones keep working, as their mail may have arrived.
 */
export function withSignUpLinks(handler: OutboxHandler, options: MailLinkOptions): OutboxHandler {
  return {
    ...handler,
    async deliver(entry, signal) {
      const invitation = await invitationOf(entry, options)
      if (invitation === null) return await handler.deliver(entry, signal)
      const verdict = await mayGiveAccount(invitation, options)
      if (verdict === 'unknown') return { result: 'retry', error: 'A directory does not answer.' }
      return await handler.deliver(verdict ? await withLink(entry, invitation, options) : entry, signal)
    },
  }
}

async function invitationOf(
  entry: OutboxEntry,
  { config, storage, runtime }: MailLinkOptions,
): Promise<Invitation | null> {
  const id = invitationOfMail(entry.dedupeKey)
  if (!config().signUp.enabled || id === undefined) return null
  const invitation = await findInvitation(storage.db, id)
  const isOpen = invitation?.state === 'pending' && invitation.expires_at > runtime.clock.now()
  return isOpen ? invitation : null
}

/** Users of other homeservers, and senders whom nobody vouches for, let nobody in here. */
async function mayGiveAccount(
  { sender, sender_verified_at }: Invitation,
  { config, people, users }: MailLinkOptions,
): Promise<boolean | 'unknown'> {
  const { signUp, matrix } = config()
  if (sender_verified_at === null || parseUserId(sender)?.serverName !== matrix.domain) return false
  if ((signUp.roles.length === 0 && signUp.users.length === 0) || users.has(sender)) return true
  const { roles, isWhole } = await people.profile(sender)
  if (roles.some((role) => signUp.roles.includes(role))) return true
  return isWhole ? false : 'unknown'
}

async function withLink(
  entry: OutboxEntry,
  invitation: Invitation,
  { config, storage, runtime }: MailLinkOptions,
): Promise<OutboxEntry> {
  const mail = emailPayload.safeParse(entry.payload)
  if (!mail.success) return entry
  const token = await makeLink(storage.db, runtime, invitation.id)
  const link = `${publicUrl(config())}${signUpPath}/?token=${token}`
  const values = { ...mail.data.values, register_url: link, REGISTER_URL: link }
  return { ...entry, payload: { ...mail.data, values } }
}
