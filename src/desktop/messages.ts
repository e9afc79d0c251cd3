import { z } from 'zod'

/*
 * What the desktop shell and the server say to each other, over the channel of the server's process. Both sides read
 * the other's messages with these schemas. Times are milliseconds since the epoch.
 */

const KEY_BYTES = 32

const sealingKey = z.base64().refine((text) => Buffer.from(text, 'base64').length === KEY_BYTES)

/** From the shell. */
export const toServerSchema = z.discriminatedUnion('type', [
  /** First of all; the server waits for it. Null: the server uses the key file of its data directory. */
  z.object({ type: z.literal('sealing-key'), key: sealingKey.nullable() }),
  /** Answered with a URL that signs the person at this machine in. */
  z.object({ type: z.literal('one-time-link'), id: z.int() }),
  /** Answered with a URL where a new password can be set. */
  z.object({ type: z.literal('reset-password'), id: z.int() }),
  /** Null: federation goes on. */
  z.object({ type: z.literal('pause-federation'), until: z.int().nullable() }),
  /** The machine is about to sleep. */
  z.object({ type: z.literal('suspend') }),
  /** The machine is awake again: deliver what waits, and report what happened meanwhile. */
  z.object({ type: z.literal('drain') }),
  z.object({ type: z.literal('stop') }),
])

export type ToServer = z.infer<typeof toServerSchema>

const attentionSchema = z.object({ code: z.string(), text: z.string() })

export const noticeKinds = ['invitation-undeliverable', 'backend-down', 'certificate-expiring'] as const

const noticeSchema = z.object({
  type: z.literal('notice'),
  kind: z.enum(noticeKinds),
  /** The same for the same event, however often it is told. */
  key: z.string(),
  title: z.string(),
  body: z.string(),
})

const numbersSchema = z.object({
  type: z.literal('numbers'),
  /** Requests since midnight, local time. */
  lookupsToday: z.int(),
  pendingInvitations: z.int(),
  state: z.enum(['ok', 'working', 'attention']),
  attention: z.array(attentionSchema),
  federationPausedUntil: z.int().nullable(),
})

const awaySchema = z.object({
  type: z.literal('away'),
  awayMs: z.int(),
  /** Invitations that waited while the machine slept, and have arrived by now. */
  deliveredLate: z.int(),
  /** Invitations that failed meanwhile: a person has to look at them. */
  needsYou: z.int(),
})

const failedSchema = z.object({
  type: z.literal('failed'),
  code: z.string(),
  tried: z.string(),
  likelyCause: z.string(),
  fix: z.string(),
})

/** From the server. */
export const toShellSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('ready'),
    publicAddress: z.url(),
    adminAddress: z.url(),
    consoleAddress: z.url(),
  }),
  numbersSchema,
  noticeSchema,
  awaySchema,
  /** To the request with this id; null when it could not be fulfilled. */
  z.object({ type: z.literal('answer'), id: z.int(), link: z.url().nullable() }),
  /** An error of an operator ends the start: the parts of `OperatorError`. */
  failedSchema,
])

export type ToShell = z.infer<typeof toShellSchema>
export type Attention = z.infer<typeof attentionSchema>
export type Numbers = z.infer<typeof numbersSchema>
export type Notice = z.infer<typeof noticeSchema>
export type NoticeKind = Notice['kind']
export type AwayReport = z.infer<typeof awaySchema>
export type StartFailure = z.infer<typeof failedSchema>

/** Environment variable that is `1` in a server under a shell: not every parent with a channel is one. */
export const DESKTOP_VARIABLE = 'SIGNPOST_DESKTOP'
