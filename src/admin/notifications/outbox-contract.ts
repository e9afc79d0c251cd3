import { z } from 'zod'
import { describeRoutes } from '../api/route.ts'

const params = z.strictObject({ id: z.string().min(1).max(60) })
const counts = z.strictObject({ waiting: z.number(), failed: z.number(), sent: z.number() })

export const outboxContract = describeRoutes({
  'GET /api/notifications/outbox': {
    summary: 'What has to reach somebody else: what waits, what failed, what was sent. The newest first.',
    access: 'session',
    query: z.strictObject({
      state: z.enum(['waiting', 'failed', 'sent']).default('waiting'),
      /** `mail`, `sms`: only these; default everything, messages to homeservers included. */
      kind: z.enum(['email', 'sms']).optional(),
      cursor: z.string().max(80).optional(),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    answer: z.strictObject({
      rows: z.array(
        z.strictObject({
          id: z.string(),
          kind: z.string(),
          /** `validation`, `invitation`; null where the kind says all. */
          what: z.string().nullable(),
          /** Masked; null when it is not kept any more. */
          to: z.string().nullable(),
          state: z.enum(['queued', 'sending', 'done', 'failed']),
          attempts: z.number(),
          /** Times: milliseconds since the epoch. */
          nextAttemptAt: z.number(),
          lastError: z.string().nullable(),
          createdAt: z.number(),
          expiresAt: z.number(),
          finishedAt: z.number().nullable(),
          canRetry: z.boolean(),
        }),
      ),
      next: z.string().nullable(),
      counts,
    }),
  },
  'POST /api/notifications/outbox/retry': {
    summary: 'Tries everything at once that waits for another attempt.',
    access: 'session',
    answer: z.strictObject({}),
    changes: 'outbox.retry',
  },
  'POST /api/notifications/outbox/{id}/retry': {
    summary: 'Tries a waiting or failed message at once.',
    access: 'session',
    params,
    answer: z.strictObject({}),
    changes: 'outbox.retry',
  },
  'POST /api/notifications/outbox/{id}/give-up': {
    summary: 'Gives a waiting message up: it is not sent any more.',
    access: 'session',
    params,
    answer: z.strictObject({}),
    changes: 'outbox.give-up',
  },
})
