import { z } from 'zod'
import { describeRoutes } from '../api/route.ts'

const document = z.strictObject({ language: z.string(), name: z.string(), url: z.string() })

export const policiesContract = describeRoutes({
  'GET /api/policies': {
    summary: 'The terms that clients must accept, and how many accounts have.',
    access: 'session',
    answer: z.strictObject({
      terms: z.array(
        z.strictObject({
          id: z.string(),
          version: z.string(),
          documents: z.array(document),
          /** Accounts that accepted this version in one of its languages. */
          accepted: z.number(),
        }),
      ),
      accounts: z.number(),
    }),
  },
})
