import { z } from 'zod'
import { describeRoutes } from '../api/route.ts'
import { overviewNumbers } from '../map/shapes.ts'

/** A computed remark of the overview: `overview.notices.<code>` in the texts of the console. */
const notice = z.strictObject({
  code: z.enum([
    'restart-needed',
    'change-on-trial',
    'plaintext-ldap',
    'admin-reachable',
    'certificate-expires',
    'certificate-problem',
    'backend-down',
    'messages-failed',
    'activity-lost',
  ]),
  level: z.enum(['info', 'warning', 'error']),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  page: z.string(),
})

const card = z.strictObject({
  id: z.enum(['lookups', 'found', 'invitations-waiting', 'messages-failed', 'refused', 'binds']),
  value: z.number(),
  /** One number an hour over the last day, the oldest first; empty where there is no history of it. */
  series: z.array(z.number()),
  /** Where the rows behind the number are listed, as a path of the console. */
  link: z.string(),
})

export const overviewContract = describeRoutes({
  'GET /api/overview': {
    summary: 'The numbers of today, and what needs a look.',
    access: 'session',
    answer: z.strictObject({
      at: z.number(),
      startedAt: z.number(),
      numbers: overviewNumbers,
      cards: z.array(card),
      notices: z.array(notice),
    }),
  },
})

export type OverviewNotice = z.infer<typeof notice>
