import { z } from 'zod'

/** What a row tells of. `federation-in`: another identity server asks us; `federation-out`: we ask another one.
 * `loss`: so many rows were left out, because there was too much at once. */
export const activityKinds = [
  'lookup',
  'validation',
  'bind',
  'unbind',
  'invitation',
  'federation-in',
  'federation-out',
  'sign-in',
  'sync',
  'delivery',
  'loss',
] as const

/**
 * `ok`: it was done, or somebody was found. `nothing`: answered, and nobody was found. `waiting`: it did not work and is
 * tried again. `refused`: not taken from this requester, or not like this. `failed`: it did not work.
 */
export const activityOutcomes = ['ok', 'nothing', 'waiting', 'refused', 'failed'] as const

export const activityKind = z.enum(activityKinds)
export const activityOutcome = z.enum(activityOutcomes)

/** What was counted or chosen: `asked`, `found`, `algorithm`, `attempt`, ... The console shows what it has a name for. */
const details = z.record(z.string(), z.union([z.string(), z.number()]))

/** One line of the activity log. */
export const activityRow = z.strictObject({
  /** Grows with every row of this installation. */
  id: z.number(),
  /** Milliseconds since the epoch. */
  at: z.number(),
  kind: activityKind,
  /** What happened, within the kind: `request`, `address`, `started`, `delivered`, ... */
  action: z.string(),
  outcome: activityOutcome,
  medium: z.enum(['email', 'msisdn']).nullable(),
  /** As `activity.addresses` had it when it happened: masked, in full, or null. */
  address: z.string().nullable(),
  /** Stands for the address in filters: the same for each row of one address, of no use elsewhere. */
  subject: z.string().nullable(),
  /** Whom it is about: found, bound, invited, signed in. */
  mxid: z.string().nullable(),
  requester: z.strictObject({
    user: z.string().nullable(),
    /** The homeserver, or the other identity server. */
    server: z.string().nullable(),
    /** Network address, where nothing better is known. */
    ip: z.string().nullable(),
  }),
  /** Who answered, or was asked: `association`, the id of a backend, `federation <domain>`, `central <url>`, ... */
  source: z.string().nullable(),
  durationMs: z.number().nullable(),
  /** Of a refusal or failure; the texts of the console have a sentence for those of Matrix. */
  code: z.string().nullable(),
  /** The same in words, without full addresses. */
  reason: z.string().nullable(),
  details,
  /** Rows of one request share it. */
  request: z.string().nullable(),
})

export type ActivityKind = z.infer<typeof activityKind>
export type ActivityOutcome = z.infer<typeof activityOutcome>
export type ActivityRow = z.infer<typeof activityRow>
