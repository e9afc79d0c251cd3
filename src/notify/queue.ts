import type { Transaction } from 'kysely'
import type { ThreePid } from '../matrix/threepid.ts'
import type { Runtime } from '../runtime.ts'
import type { Database } from '../storage/schema.ts'
import type { EmailPayload, SmsPayload } from './handlers.ts'
import { messageIdFor } from './message-id.ts'
import type { MailKind, SmsKind } from './messages.ts'
import { enqueue } from './outbox.ts'
import type { TemplateValues } from './templates/values.ts'

export interface QueueOptions {
  readonly runtime: Runtime
  /** The Matrix domain; ends the Message-ID. */
  readonly domain: () => string
  /** Milliseconds after which a message is worthless. */
  readonly giveUpAfter: () => number
}

export interface Notification {
  readonly to: ThreePid
  readonly kind: MailKind & SmsKind
  /** A tag or an `Accept-Language` header; null: the configured language. */
  readonly language: string | null
  readonly values: TemplateValues
  /** Names the cause: the same cause is told once. */
  readonly cause: string
}

export interface NotificationQueue {
  /** Queues a mail or text message, by the medium of the address. Returns the handle by which its delivery is known. */
  notify(tx: Transaction<Database>, notification: Notification): Promise<string>
  /** Queues a mail of a kind that only mails have. */
  mail(tx: Transaction<Database>, mail: Omit<Notification, 'kind'> & { kind: MailKind }): Promise<string>
}

/** Writes messages into the outbox, in the transaction of the change that causes them. */
export function createNotificationQueue(options: QueueOptions): NotificationQueue {
  async function put(
    tx: Transaction<Database>,
    kind: 'email' | 'sms',
    cause: string,
    payload: unknown,
  ): Promise<string> {
    const expiresAt = options.runtime.clock.now() + options.giveUpAfter()
    await enqueue(tx, options.runtime, { kind, dedupeKey: cause, payload, expiresAt })
    return cause
  }

  async function mail(tx: Transaction<Database>, what: Omit<Notification, 'kind'> & { kind: MailKind }) {
    const { kind, language, values, cause } = what
    const messageId = messageIdFor(cause, options.domain())
    return await put(tx, 'email', cause, {
      to: what.to.address,
      language,
      kind,
      values,
      messageId,
    } satisfies EmailPayload)
  }

  return {
    mail,
    async notify(tx, what) {
      if (what.to.medium === 'email') return await mail(tx, what)
      const { kind, language, values, cause } = what
      return await put(tx, 'sms', cause, { to: what.to.address, language, kind, values } satisfies SmsPayload)
    },
  }
}
