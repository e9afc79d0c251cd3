import { z } from 'zod'
import { describeRoutes } from '../api/route.ts'
import { doctorAreas, finding } from './shapes.ts'

export const doctorContract = describeRoutes({
  'POST /api/doctor': {
    summary:
      'Looks at the installation, or at some parts of it, and tells what is wrong, why, and what to do.',
    access: 'session',
    body: z.strictObject({
      areas: z.array(z.enum(doctorAreas)).min(1).optional(),
      /** Codes of checks: only these, of whatever area. */
      checks: z.array(z.string().max(60)).min(1).max(100).optional(),
    }),
    answer: z.strictObject({
      findings: z.array(finding),
      /** Milliseconds since the epoch. */
      at: z.number(),
    }),
  },
  'POST /api/doctor/bundle': {
    summary:
      'What others need to help: no secrets, and stand-ins for addresses and names. Nothing is kept or sent.',
    access: 'session',
    answer: z.strictObject({
      fileName: z.string(),
      /** JSON, to be shown before it is saved. */
      text: z.string(),
    }),
  },
})
