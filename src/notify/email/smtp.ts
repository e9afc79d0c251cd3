import type { Transporter } from 'nodemailer'
import type { Logger } from '../../runtime.ts'
import type { SmtpSettings } from './smtp-options.ts'
import { smtpConnectionOptions } from './smtp-options.ts'
import { readSmtpFailure } from './smtp-failure.ts'
import { verifySmtp } from './smtp-verify.ts'
import { assertSafeMail, type EmailTransport, type Mail, parseMailbox } from './transport.ts'

/** Sending is rare; a few connections are plenty, and mail servers limit them per client. */
const pool = { maxConnections: 3, maxMessages: 50, idleTimeout: 30_000 } as const

/**
 * Mail over SMTP (RFC 5321). The library, its connections and the password are read when the first mail is sent, and
 * connections close when idle: a server that sends nothing holds nothing.
 */
export function createSmtpTransport(settings: SmtpSettings, log: Logger): EmailTransport {
  let opened: Promise<Transporter> | null = null
  let closed = false
  let underWay = 0

  async function open(): Promise<Transporter> {
    const options = await smtpConnectionOptions(settings)
    const { createTransport } = await import('nodemailer')
    return createTransport({
      ...options,
      ...pool,
      pool: true,
      // The outbox decides about further attempts: a mail whose connection broke after DATA may have arrived.
      maxRequeues: 0,
      disableFileAccess: true,
      disableUrlAccess: true,
    })
  }

  /** A failed opening (unreadable CA file, sealed secret) is tried anew with the next mail. */
  function transporter(): Promise<Transporter> {
    opened ??= open().catch((error: unknown) => {
      opened = null
      throw error
    })
    return opened
  }

  /** A pool that closes under a mail never settles it: the last one under way closes it. */
  async function closeWhenQuiet(): Promise<void> {
    if (!closed || underWay > 0 || opened === null) return
    const last = opened
    opened = null
    await last.then(
      (transport) => transport.close(),
      () => undefined,
    )
  }

  async function transmit(mail: Mail, signal: AbortSignal | undefined): Promise<void> {
    try {
      const transport = await transporter()
      const options = signal === undefined ? {} : { signal }
      const info: { response?: string | undefined } = await transport.sendMail({
        ...toMessage(mail),
        ...options,
      })
      log.debug({ messageId: mail.messageId, replyLength: info.response?.length ?? 0 }, 'mail accepted')
    } catch (error) {
      throw readSmtpFailure(error, settings)
    }
  }

  return {
    async send(mail, signal) {
      assertSafeMail(mail)
      underWay++
      try {
        await transmit(mail, signal)
      } finally {
        underWay--
        await closeWhenQuiet()
      }
    },
    verify: () => verifySmtp(settings),
    close() {
      closed = true
      void closeWhenQuiet()
    },
  }
}

/** The message as nodemailer wants it. Addresses are objects, so that no address list is ever parsed out of one. */
export function toMessage(mail: Mail) {
  const from = parseMailbox(mail.from)
  const to = { name: '', address: mail.to }
  return {
    from,
    to,
    envelope: { from: from.address, to: [mail.to] },
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    messageId: `<${mail.messageId}>`,
    headers: { ...mail.headers },
  }
}
