import { z } from 'zod'
import { cursorOf } from '../api/page-cursor.ts'
import { describeRoutes } from '../api/route.ts'

const medium = z.enum(['email', 'msisdn'])
const association = z.strictObject({
  medium,
  address: z.string(),
  mxid: z.string(),
  /** Milliseconds since the epoch. */
  boundAt: z.number(),
})

export const associationsContract = describeRoutes({
  'GET /api/associations': {
    summary: 'Addresses that people have published here, the newest first, page by page.',
    access: 'session',
    query: z.strictObject({
      /** A whole address or Matrix ID. */
      q: z.string().trim().max(500).optional(),
      cursor: cursorOf(z.tuple([z.number().int(), z.string(), z.string()])),
      limit: z.coerce.number().int().min(1).max(5_000).default(100),
    }),
    answer: z.strictObject({ associations: z.array(association), next: z.string().nullable() }),
  },
  'POST /api/associations/unbind': {
    summary: 'Takes an address out of the lookups. Its owner hears of it, where the settings say so.',
    access: 'confirmed',
    body: z.strictObject({ medium, address: z.string().max(500), mxid: z.string().max(255) }),
    answer: z.strictObject({ removed: z.boolean() }),
    changes: 'associations.unbind',
  },
})
