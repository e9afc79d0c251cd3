import { z } from 'zod'
import { DeliveryError } from './delivery-error.ts'
import type { EmailTransport } from './email/transport.ts'
import { mailKinds, type Messages, smsKinds } from './messages.ts'
import type { OutboxEntry, OutboxHandler, OutboxResult } from './outbox-worker.ts'
import type { SmsTransport } from './sms/transport.ts'

const values = z.record(z.string(), z.string())

/** Payload of an outbox entry of kind `email`. It is rendered when it is delivered, with the templates of that moment. */
export const emailPayload = z.strictObject({
  to: z.string().min(3),
  /** Default: the configured sender. */
  from: z.string().optional(),
  language: z.string().nullable(),
  kind: z.enum(mailKinds),
  values,
  messageId: z.string().min(3),
})
export type EmailPayload = z.input<typeof emailPayload>

/** Payload of an outbox entry of kind `sms`; `to` holds the digits of the international number. */
export const smsPayload = z.strictObject({
  to: z.string().min(5),
  language: z.string().nullable(),
  kind: z.enum(smsKinds),
  values,
})
export type SmsPayload = z.input<typeof smsPayload>

const withKind = z.object({ kind: z.string() })

/** Read anew for each delivery, so that a changed configuration reaches mails that wait. */
export interface NotificationServices {
  readonly messages: Messages
  readonly email: EmailTransport
  readonly sms: SmsTransport
}

/** The outbox handlers that send. `services` is asked with each message. */
export function createNotificationHandlers(services: () => NotificationServices): {
  readonly email: OutboxHandler
  readonly sms: OutboxHandler
} {
  return {
    email: {
      deliver: (entry, signal) => attempt(entry, emailPayload, (mail) => sendMail(services(), mail, signal)),
      forgetsFailed: holdsCode,
    },
    sms: {
      deliver: (entry) =>
        attempt(entry, smsPayload, ({ to, kind, language, values: known }) =>
          services().sms.send({ to, text: services().messages.renderSms(kind, language, known) }),
        ),
      forgetsFailed: holdsCode,
    },
  }
}

/** A code proves an address, so it lies in the database no longer than it is on its way. The person asks for another. */
function holdsCode({ payload }: OutboxEntry): boolean {
  return withKind.safeParse(payload).data?.kind === 'validation'
}

async function sendMail(
  { messages, email }: NotificationServices,
  mail: z.output<typeof emailPayload>,
  signal: AbortSignal,
): Promise<void> {
  const from = mail.from ?? messages.from
  const known = { ...mail.values, to: mail.to, from, messageid: mail.messageId }
  await email.send(
    {
      to: mail.to,
      from,
      ...messages.renderMail(mail.kind, mail.language, known),
      messageId: mail.messageId,
      // RFC 3834 (5): nothing should answer this by itself.
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    },
    signal,
  )
}

/** One attempt as the outbox wants to hear of it. What is not a DeliveryError is a fault here and may pass. */
async function attempt<T>(
  entry: OutboxEntry,
  schema: z.ZodType<T>,
  deliver: (payload: T) => Promise<void>,
): Promise<OutboxResult> {
  const payload = schema.safeParse(entry.payload)
  if (!payload.success) {
    const fields = payload.error.issues.map(({ path }) => path.join('.')).join(', ')
    return { result: 'failed', error: `payload: not readable (${fields})` }
  }
  try {
    await deliver(payload.data)
    return { result: 'done' }
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error
    return { result: error.permanent ? 'failed' : 'retry', error: error.message }
  }
}
