import { z } from 'zod'
import { dependencyState } from '../../activity/counters/dependency-state.ts'
import { describeRoutes } from '../api/route.ts'

const pausedUntil = z.number().nullable()

export const federationContract = describeRoutes({
  'GET /api/federation': {
    summary: 'Which other identity servers were asked, how they answer, and whether federation is paused.',
    access: 'session',
    answer: z.strictObject({
      /** Milliseconds since the epoch; null when it is not paused. */
      pausedUntil,
      isAsking: z.boolean(),
      isAnswering: z.boolean(),
      peers: z.array(
        z.strictObject({
          host: z.string(),
          purpose: z.enum(['peer', 'central', 'bridge']),
          firstAt: z.number(),
          lastAt: z.number(),
          calls: z.number(),
          failures: z.number(),
          state: dependencyState,
          lastError: z
            .strictObject({
              at: z.number(),
              code: z.string(),
              reason: z.string(),
              fix: z.string().nullable(),
            })
            .nullable(),
        }),
      ),
    }),
  },
  'POST /api/federation/pause': {
    summary: 'Asks nobody and answers nobody until a time; null ends the pause.',
    access: 'session',
    body: z.strictObject({ until: pausedUntil }),
    answer: z.strictObject({ pausedUntil }),
    changes: 'federation.pause',
  },
  'POST /api/federation/records': {
    summary: 'The DNS records by which others find this server, and whether they are published.',
    access: 'session',
    answer: z.strictObject({
      records: z.array(
        z.strictObject({
          domain: z.string(),
          name: z.string(),
          wanted: z.string(),
          state: z.enum(['ours', 'other', 'missing', 'unknown']),
          found: z.array(z.string()),
        }),
      ),
    }),
  },
  'POST /api/federation/check': {
    summary: 'From the DNS record of a domain, or the URL of a central server, to what it would answer.',
    access: 'session',
    body: z.strictObject({
      /** A domain or a URL. */
      target: z.string().trim().min(1).max(300),
      /** Looked up at the end; of the same domain. */
      address: z.string().trim().max(500).optional(),
    }),
    answer: z.strictObject({
      steps: z.array(
        z.strictObject({
          step: z.string(),
          outcome: z.enum(['ok', 'warning', 'failed']),
          detail: z.string(),
          fix: z.string().nullable(),
          ms: z.number(),
        }),
      ),
    }),
  },
})
