import { z } from 'zod'
import { describeRoutes } from '../api/route.ts'

export const eventsContract = describeRoutes({
  'GET /api/events': {
    summary:
      'Live data as Server-Sent Events; the names and shapes of the events stand in `events/catalogue.ts`. Goes on after the event named by Last-Event-ID, and ends with the session.',
    access: 'session',
    query: z.strictObject({
      /** For clients that cannot set the header. */
      lastEventId: z.string().max(100).optional(),
    }),
    // A stream has no answer that could be read as a whole.
    answer: z.string(),
  },
})
