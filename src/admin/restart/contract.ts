import { z } from 'zod'
import { describeRoutes } from '../api/route.ts'

export const restartContract = describeRoutes({
  'POST /api/restart': {
    summary:
      'Starts the server anew in its place, so that changed keys that need it count; takes about a second.',
    access: 'session',
    answer: z.strictObject({}),
    changes: 'restart',
  },
})
