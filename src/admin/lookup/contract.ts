import { z } from 'zod'
import { describeRoutes } from '../api/route.ts'

const threepid = z.strictObject({ medium: z.enum(['email', 'msisdn']), address: z.string() })

const opinion = z.strictObject({
  /** `association`, or the id of a backend. */
  source: z.string(),
  /** `association`, or the type of the backend. */
  type: z.string(),
  /** `storage`: an own association, the list, or the copy; `directory`: asked at this moment. */
  where: z.enum(['storage', 'directory']),
  outcome: z.enum(['found', 'unknown', 'failed', 'skipped']),
  mxids: z.array(z.string()),
  ms: z.number(),
  failure: z.strictObject({ code: z.string(), message: z.string(), fix: z.string() }).nullable(),
  /** Of copies: when they were brought up to date. */
  syncedAt: z.number().nullable(),
})

const remoteOpinion = z.strictObject({
  /** `federation <domain>`, `central <url>` or `bridge <url>`. */
  source: z.string(),
  outcome: z.enum(['found', 'unknown', 'failed', 'not-asked']),
  mxid: z.string().nullable(),
  ms: z.number(),
  detail: z.string(),
})

const person = z.strictObject({
  mxid: z.string(),
  displayName: z.string().nullable(),
  /** The backend that named the person. */
  source: z.string().nullable(),
})

export const lookupContract = describeRoutes({
  'POST /api/lookup/explain': {
    summary:
      'Asks everybody for an address, also those whom a lookup would not need, and tells what each said.',
    access: 'session',
    // In the body, so that no address stands in a log of requests.
    body: z.strictObject({ address: z.string().max(500) }),
    answer: z.strictObject({
      address: threepid,
      /** What a lookup answers; null when nobody knows. */
      answer: z.strictObject({ mxid: z.string(), source: z.string() }).nullable(),
      /** In the order in which they count. */
      opinions: z.array(opinion),
      /** Others are asked only where nobody here knows. */
      remote: z.array(remoteOpinion),
      ms: z.number(),
    }),
  },
  'POST /api/lookup/search': {
    summary: 'What the backends add to the directory search of a user, and whom they keep from that user.',
    access: 'session',
    body: z.strictObject({
      /** A Matrix ID, or the localpart of one on the Matrix domain. */
      userId: z.string().trim().min(1).max(255),
      term: z.string().max(500),
    }),
    answer: z.strictObject({
      userId: z.string(),
      /** False while `directory.enabled` is off: clients are not answered by Signpost then. */
      enabled: z.boolean(),
      limited: z.boolean(),
      seen: z.array(person),
      hidden: z.array(person.extend({ why: z.enum(['excluded', 'group']) })),
    }),
  },
})
