import { createHash } from 'node:crypto'
import type { Config } from '../config/schema.ts'
import type { Clock, Logger } from '../runtime.ts'
import { parseMailbox } from './email/transport.ts'
import { createTemplates, type Templates } from './templates/engine.ts'
import { plainLine, subjectLine } from './templates/text.ts'
import type { TemplateValues } from './templates/values.ts'

export const mailKinds = [
  'validation',
  'invitation',
  'invitation-by-id',
  'unbind-notice',
  'bind-notice',
] as const
export const smsKinds = ['validation', 'invitation'] as const
export const pageKinds = [
  'validation-success',
  'validation-failure',
  'sign-in',
  'sign-in-failure',
  'sign-out',
  'sign-up',
  'sign-up-success',
  'sign-up-failure',
  'error',
  'landing',
] as const
export type MailKind = (typeof mailKinds)[number]
export type SmsKind = (typeof smsKinds)[number]
export type PageKind = (typeof pageKinds)[number]

export interface MessagesOptions {
  readonly config: Config['notifications']['email']
  /** The Matrix domain. */
  readonly domain: string
  /** Base URL of the public listener. */
  readonly publicUrl: string
  /** Default: the built-in templates and those of `config.templates`. */
  readonly templates?: Templates
  /** Dates the `date` placeholder; without one it is empty. */
  readonly clock?: Clock
  readonly log: Logger
}

export interface RenderedMail {
  /** One line. */
  readonly subject: string
  readonly html: string
  readonly text: string
}

/**
 * Everything Signpost says to people outside: mails, text messages and web pages. `language` is a tag, an
 * `Accept-Language` header or `null`; `values` come from `templates/values.ts`.
 */
export interface Messages {
  renderMail(kind: MailKind, language: string | null, values: TemplateValues): RenderedMail
  renderSms(kind: SmsKind, language: string | null, values: TemplateValues): string
  renderPage(kind: PageKind, language: string | null, values: TemplateValues): { readonly html: string }
  /** The sender of every mail: `notifications.email.from`, else noreply at the Matrix domain. */
  readonly from: string
}

export function createMessages(options: MessagesOptions): Messages {
  const { config, log } = options
  const templates =
    options.templates ??
    createTemplates({
      folder: config.templates,
      defaultLanguage: config.language,
      ownNames: Object.keys(config.placeholders),
      log,
    })
  const from = config.from ?? `noreply@${options.domain.replace(/:\d+$/, '')}`
  const common = commonValues(options, from)

  /** Own placeholders may replace the common values (`REGISTER_URL`, as in mxisd), but not those of the message. */
  function scope(values: TemplateValues): TemplateValues {
    const merged = { ...common, ...config.placeholders, ...values }
    return { ...merged, ...mailFacts(merged, options.clock) }
  }

  /** Sydent says where a validation was asked for even when it does not know. */
  function withLocation(kind: MailKind, language: string | null, all: TemplateValues): TemplateValues {
    if (kind !== 'validation' || all.ipaddress) return all
    return { ...all, ipaddress: templates.render('unknown-location.txt', language, {}).trim() }
  }

  return {
    from,
    renderMail(kind, language, values) {
      const all = withLocation(kind, language, scope(values))
      const subject = subjectLine(templates.render(`${kind}.subject.txt`, language, all))
      const withSubject = { ...all, subject, subject_header_value: subject }
      return {
        subject,
        html: templates.render(`${kind}.html`, language, withSubject),
        text: tidyText(templates.render(`${kind}.txt`, language, withSubject)),
      }
    },
    renderSms: (kind, language, values) =>
      plainLine(templates.render(`sms-${kind}.txt`, language, scope(values))),
    renderPage(kind, language, values) {
      const all = scope(values)
      // Sydent's pages have a single variable: the sentence that says how it went.
      const message = all.message || templates.render(`${kind}.message.txt`, language, all).trim()
      return { html: templates.render(`${kind}.html`, language, { ...all, message }) }
    },
  }
}

function commonValues({ domain, publicUrl }: MessagesOptions, from: string): Record<string, string> {
  const mailbox = parseMailbox(from)
  return {
    domain,
    public_url: publicUrl,
    from,
    from_name: mailbox.name,
    DOMAIN: domain,
    DOMAIN_PRETTY: domain.charAt(0).toUpperCase() + domain.slice(1).toLowerCase(),
    FROM_EMAIL: mailbox.address,
    FROM_NAME: mailbox.name,
    REGISTER_URL: `https://${domain}`,
    RECIPIENT_ID: '',
  }
}

/** Sydent's names for what stands in the headers. The boundary cannot be guessed by who chooses a name in the mail. */
function mailFacts(values: TemplateValues, clock: Clock | undefined): Record<string, string> {
  const messageId = values.messageid ?? ''
  return {
    messageid: messageId,
    to: values.to ?? values.address ?? '',
    date: clock === undefined ? '' : new Date(clock.now()).toUTCString().replace('GMT', '+0000'),
    multipart_boundary: createHash('sha256').update(`boundary\0${messageId}`).digest('hex').slice(0, 32),
  }
}

/** Conditions in a template leave empty lines behind. */
function tidyText(text: string): string {
  return `${text
    .replace(/\r\n?/g, '\n')
    .replace(/[^\S\n]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()}\n`
}
