import { z } from 'zod'
import { describeRoutes } from '../api/route.ts'

/** What can be asked while an ordered import runs: nobody is known then, as the database has no time for sessions. */
export const takeOverProgressContract = describeRoutes({
  'GET /api/take-over/progress': {
    summary:
      'How far an import is that was ordered, in numbers of rows; while it runs, nothing else answers.',
    access: 'open',
    answer: z.strictObject({
      /** `waiting`: for the next start. `running`: before this start. */
      state: z.enum(['none', 'waiting', 'running']),
      part: z.enum(['keys', 'data', 'settings']).nullable(),
      /** Which rows: `associations`, `invitations`, … */
      section: z.string().nullable(),
      done: z.number(),
      total: z.number(),
    }),
  },
})
