import { z } from 'zod'
import { describeRoutes } from '../api/route.ts'
import { jobShape } from './shapes.ts'

const params = z.strictObject({ id: z.string().min(1).max(60) })

export const jobsContract = describeRoutes({
  'GET /api/jobs': {
    summary: 'Long work under way, and what ended within the last hour; the newest first.',
    access: 'session',
    answer: z.strictObject({ jobs: z.array(jobShape) }),
  },
  'GET /api/jobs/{id}': {
    summary: 'One of them.',
    access: 'session',
    params,
    answer: jobShape,
  },
  'POST /api/jobs/{id}/cancel': {
    summary: 'Asks it to stop; it ends as soon as it can.',
    access: 'session',
    params,
    answer: jobShape,
    changes: 'jobs.cancel',
  },
})
