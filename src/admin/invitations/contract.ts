import { z } from 'zod'
import { allStates } from '../../invitations/states.ts'
import { cursorOf, listOf } from '../api/page-cursor.ts'
import { describeRoutes } from '../api/route.ts'

export const invitationState = z.enum(allStates)

const id = z.string().min(1).max(60)
const ids = z.strictObject({ ids: z.array(id).min(1).max(200) })

export const invitationFilters = z.strictObject({
  state: listOf(invitationState),
  /** `true`: only those that wait because something failed, or have failed for good. */
  troubled: z.stringbool().optional(),
  /** A whole address, Matrix ID or room ID. */
  q: z.string().trim().max(500).optional(),
})

const invitation = z.strictObject({
  id: z.string(),
  state: invitationState,
  medium: z.enum(['email', 'msisdn']),
  address: z.string(),
  sender: z.string(),
  roomId: z.string(),
  /** As the homeserver called it; null when it did not. */
  roomName: z.string().nullable(),
  /** Milliseconds since the epoch. */
  createdAt: z.number(),
  expiresAt: z.number(),
  /** Who was found to own the address, and where: `association`, the id of a backend, ... */
  mxid: z.string().nullable(),
  source: z.string().nullable(),
  /** Why the last attempt failed. */
  waitReason: z.string().nullable(),
  canResend: z.boolean(),
  canRevoke: z.boolean(),
})

export const historyEvent = z.enum([...allStates, 'mailed', 'not-mailed', 'resent', 'waiting', 'signed'])

const history = z.strictObject({
  at: z.number(),
  /** The console has a word for each: `event_<event>`. */
  event: historyEvent,
  detail: z.string(),
})

const next = z.strictObject({
  what: z.enum(['mail', 'delivery']),
  attempts: z.number(),
  nextAttemptAt: z.number(),
  lastError: z.string().nullable(),
})

/** What became of each; the console has a sentence for every `result`. */
const outcomes = <const T extends readonly [string, ...string[]]>(results: T) =>
  z.strictObject({
    outcomes: z.array(
      z.strictObject({
        id: z.string(),
        ok: z.boolean(),
        result: z.enum(results),
        /** Why it was refused, in words; null where the result says it all. */
        reason: z.string().nullable(),
        /** For `too-soon`, milliseconds since the epoch. */
        notBefore: z.number().nullable(),
      }),
    ),
  })

export const invitationsContract = describeRoutes({
  'GET /api/invitations': {
    summary: 'Invitations, the newest first, page by page.',
    access: 'session',
    query: invitationFilters.extend({
      cursor: cursorOf(z.tuple([z.number().int(), z.string()])),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    answer: z.strictObject({ invitations: z.array(invitation), next: z.string().nullable() }),
  },
  'GET /api/invitations/counts': {
    summary: 'How many invitations there are in each state.',
    access: 'session',
    answer: z.strictObject({ states: z.partialRecord(invitationState, z.number()), troubled: z.number() }),
  },
  'GET /api/invitations/{id}': {
    summary: 'One invitation with its history, and what is tried next.',
    access: 'session',
    params: z.strictObject({ id }),
    answer: z.strictObject({
      invitation,
      /** Oldest first. */
      history: z.array(history),
      next: next.nullable(),
    }),
  },
  'POST /api/invitations/resend': {
    summary: 'Writes to invited people again; the time of their invitations begins anew.',
    access: 'session',
    body: ids,
    answer: outcomes(['queued', 'too-soon', 'not-pending', 'refused', 'unknown']),
    changes: 'invitations.resend',
  },
  'POST /api/invitations/revoke': {
    summary: 'Takes invitations back: their keys stop being valid at once. It cannot be undone.',
    access: 'confirmed',
    body: ids,
    answer: outcomes(['revoked', 'over', 'too-late', 'unknown']),
    changes: 'invitations.revoke',
  },
})
