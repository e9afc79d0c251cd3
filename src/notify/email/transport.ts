import { DeliveryError } from '../delivery-error.ts'

export { DeliveryError } from '../delivery-error.ts'

/** One mail, rendered and addressed. */
export interface Mail {
  /** A single bare address. */
  readonly to: string
  /** A bare address, or `Name <address>`. */
  readonly from: string
  readonly subject: string
  readonly text: string
  readonly html: string
  /** Without angle brackets; the same for every attempt at one mail, so that a second copy can be recognised. */
  readonly messageId: string
  readonly headers?: Readonly<Record<string, string>>
}

/** One step of a dialogue with the mail server, for the person who sets it up. */
export interface VerificationStep {
  readonly step: 'configuration' | 'connect' | 'greeting' | 'tls' | 'login' | 'api-key'
  readonly ok: boolean
  readonly detail: string
}

export interface EmailTransport {
  /** Resolves when the next hop has taken responsibility for the mail. Throws DeliveryError. `signal` gives it up. */
  send(mail: Mail, signal?: AbortSignal): Promise<void>
  /** Tries everything short of sending a mail. Ends with the first step that fails. */
  verify?(): Promise<readonly VerificationStep[]>
  close(): void
}

/** A mailbox of the configuration: `a@b.c`, `Name <a@b.c>` or `"Name, with comma" <a@b.c>`. */
export function parseMailbox(text: string): { readonly name: string; readonly address: string } {
  const [, name, address] = /^\s*(.*?)\s*<([^<>]*)>\s*$/s.exec(text) ?? []
  if (address === undefined) return { name: '', address: text.trim() }
  return { name: (name ?? '').replace(/^"(.*)"$/s, '$1').replaceAll('\\"', '"'), address: address.trim() }
}

/**
 * Refuses what must never stand in a mail header or an SMTP command: control characters anywhere, and white space or
 * angle brackets in the recipient (one recipient, no list).
 */
export function assertSafeMail(mail: Mail): void {
  const lines: readonly (readonly [string, string])[] = [
    ['to', mail.to],
    ['from', mail.from],
    ['subject', mail.subject],
    ['messageId', mail.messageId],
    ...Object.entries(mail.headers ?? {}),
  ]
  for (const [field, value] of lines) {
    if (/\p{Cc}/u.test(value)) throw refusal(`The field "${field}" of the mail holds a control character.`)
  }
  if (!/^[^\s<>,;]+@[^\s<>@,;]+$/u.test(mail.to)) {
    throw refusal('The recipient is not a single e-mail address.')
  }
}

function refusal(detail: string): DeliveryError {
  return new DeliveryError({ permanent: true, code: 'message-refused', detail })
}
