import { z } from 'zod'
import { describeRoutes } from '../api/route.ts'

/** `true`: with the domain and the stored secrets of the wizard's draft. */
const draft = z.boolean().default(false)

/** `notifications.email` as the file has it; a secret that is `{set: true}` is the stored one. */
const emailSection = z.record(z.string(), z.unknown())

const security = z.enum(['implicit', 'starttls', 'none'])
const port = z.number().int().min(1).max(65_535)

export const mailContract = describeRoutes({
  'POST /api/notifications/sender': {
    summary: 'What DNS says about the domain that mail is sent from: SPF, DKIM, DMARC, MX.',
    access: 'session',
    body: z.strictObject({
      /** Default: that of the sender in force. */
      domain: z.string().trim().min(1).max(253).optional(),
      /** The DKIM selector, where it is known; else the usual ones are tried. */
      selector: z
        .string()
        .trim()
        .regex(/^[A-Za-z0-9_.-]{1,63}$/)
        .optional(),
    }),
    answer: z.strictObject({
      domain: z.string(),
      /** `code`: stable, see `notify/email/sender-domain.ts`; the console has the words. */
      findings: z.array(
        z.strictObject({
          about: z.enum(['mx', 'spf', 'dkim', 'dmarc']),
          code: z.string(),
          status: z.enum(['ok', 'warning', 'problem', 'unknown']),
          name: z.string(),
          record: z.string().nullable(),
        }),
      ),
    }),
  },
  'POST /api/notifications/probe': {
    summary: 'Asks a mail server on the usual ports how it wants to be talked to. No login, no mail.',
    access: 'session',
    body: z.strictObject({
      host: z.string().trim().min(1).max(253),
      /** One more port besides 465, 587 and 25. */
      port: port.nullish(),
      /** PEM file of a private authority, on the server. */
      caFile: z.string().max(4_000).nullish(),
      draft,
    }),
    answer: z.strictObject({
      /** Empty: the name has no address. */
      addresses: z.array(z.string()),
      ports: z.array(
        z.strictObject({
          port: z.number(),
          answers: z.boolean(),
          /** Null where nothing answers as a mail server. */
          security: security.nullable(),
          /** Whether it takes a login once the connection is secured. */
          offersLogin: z.boolean(),
          /** Null without TLS. `code` is OpenSSL's, or Node's own. */
          certificate: z.strictObject({ trusted: z.boolean(), code: z.string().nullable() }).nullable(),
          problem: z.string().nullable(),
        }),
      ),
      /** Null when nothing answers. */
      suggestion: z.strictObject({ port, security }).nullable(),
    }),
  },
  'POST /api/notifications/test': {
    summary:
      'Sends a test message and tells what was said with the mail server, without credentials. Takes up to a minute.',
    access: 'session',
    body: z.strictObject({
      to: z.email().max(320),
      /** Settings that are not saved yet; without them those in force are used. */
      email: emailSection.optional(),
      /** Of the message. */
      language: z.string().max(35).default('en'),
      draft,
    }),
    answer: z.strictObject({
      accepted: z.boolean(),
      transport: z.enum(['smtp', 'sendgrid', 'log', 'none']),
      /** Empty for transports that are not SMTP. */
      dialogue: z.array(z.strictObject({ from: z.enum(['us', 'server']), line: z.string() })),
      failure: z
        .strictObject({
          /** Stable, see `notify/delivery-error.ts`. */
          code: z.string(),
          detail: z.string(),
          fix: z.string(),
        })
        .optional(),
    }),
  },
})
