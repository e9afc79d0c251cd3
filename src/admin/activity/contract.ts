import { z } from 'zod'
import { listOf } from '../api/page-cursor.ts'
import { describeRoutes } from '../api/route.ts'
import { activityKind, activityOutcome, activityRow } from '../../activity/log/row.ts'

const time = z.coerce.number().int().optional()
const id = z.coerce.number().int().nonnegative()

/** Every filter narrows further; the same names stand in the address of the activity page. */
export const activityFilters = z.strictObject({
  kind: listOf(activityKind),
  outcome: listOf(activityOutcome),
  /** A backend, a peer: the `source` of rows. */
  source: z.string().max(500).optional(),
  /** A Matrix ID, as requester or as the one it is about. */
  user: z.string().max(300).optional(),
  /** A homeserver or another identity server. */
  server: z.string().max(300).optional(),
  code: z.string().max(60).optional(),
  /** The `subject` of a row. */
  subject: z.string().max(100).optional(),
  /** The `request` of a row. */
  request: z.string().max(100).optional(),
  /** A whole address, Matrix ID, server name, network address or error code: whichever it looks like. */
  q: z.string().trim().max(500).optional(),
  /** Milliseconds since the epoch, both included. */
  from: time,
  to: time,
})

/** One thing that is known about an address. */
const timelineEntry = z.strictObject({
  at: z.number(),
  /** Where it is known from. */
  from: z.enum(['activity', 'invitation', 'message', 'validation', 'association', 'directory']),
  /** The console has a sentence for each: `activity.timeline.<code>`. */
  code: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  outcome: activityOutcome.nullable(),
  /** A page of the console that shows more. */
  page: z.string().nullable(),
})

/** A sentence of the console by code, with what it needs: `activity.why.<code>`. */
const cause = z.strictObject({
  code: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  page: z.string().nullable(),
})

const opinion = z.strictObject({
  source: z.string(),
  type: z.string(),
  outcome: z.enum(['found', 'unknown', 'failed', 'skipped', 'not-asked']),
  mxids: z.array(z.string()),
  ms: z.number(),
  /** Why it failed, what to do. */
  detail: z.string().nullable(),
  syncedAt: z.number().nullable(),
})

export const activityContract = describeRoutes({
  'GET /api/activity': {
    summary: 'What happened, the newest first, page by page.',
    access: 'session',
    query: activityFilters.extend({
      /** Rows older than this one: the `next` of the page before. */
      before: id.optional(),
      /** Rows newer than this one, the oldest of them first: what came while the page was paused. */
      after: id.optional(),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    answer: z.strictObject({
      rows: z.array(activityRow),
      /** For `before` (or `after`, when that was asked); null: there is no more. */
      next: z.number().nullable(),
      /** Rows that were lost under overload since the start, of all kinds together. */
      lost: z.number(),
      /** How long rows are kept, in milliseconds. */
      keepMs: z.number(),
      addresses: z.enum(['masked', 'hashed', 'full']),
    }),
  },
  'GET /api/activity/{id}': {
    summary: 'One row, and the others of the same request.',
    access: 'session',
    params: z.strictObject({ id }),
    answer: z.strictObject({ row: activityRow, related: z.array(activityRow) }),
  },
  'POST /api/activity/timeline': {
    summary:
      'Everything that is known about one address, in order. The address stands in the body, so that it gets into no log.',
    access: 'session',
    body: z.strictObject({ address: z.string().trim().min(1).max(500) }),
    answer: z.strictObject({
      medium: z.enum(['email', 'msisdn']),
      /** Masked. */
      address: z.string(),
      subject: z.string(),
      /** To whom it belongs now, as a lookup says without asking anybody else. */
      mapping: z.strictObject({ mxid: z.string(), source: z.string() }).nullable(),
      /** Oldest first. */
      entries: z.array(timelineEntry),
      /** True when older rows exist that are not listed. */
      shortened: z.boolean(),
    }),
  },
  'POST /api/activity/why': {
    summary: 'Why one person cannot find another: one verdict, and what it follows from.',
    access: 'session',
    body: z.strictObject({
      /** A Matrix ID; empty: somebody, nobody knows who. */
      asking: z.string().trim().max(300),
      /** An address or a Matrix ID. */
      wanted: z.string().trim().min(1).max(500),
    }),
    answer: z.strictObject({
      verdict: cause.extend({
        /** `found`: there is no reason that Signpost knows of. */
        state: z.enum(['found', 'not-found', 'unsure']),
      }),
      /** What else speaks for or against it, the weightiest first. */
      causes: z.array(cause),
      /** What everybody said who was asked now. */
      opinions: z.array(opinion),
      /** The addresses that were looked at, masked: those of the wanted person. */
      addresses: z.array(z.strictObject({ medium: z.enum(['email', 'msisdn']), address: z.string() })),
      /** The last lookup by the person asking, milliseconds since the epoch. */
      lastAskedAt: z.number().nullable(),
    }),
  },
})
