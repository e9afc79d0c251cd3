import { z } from 'zod'
import { describeRoutes } from '../api/route.ts'

/** A Matrix ID, an e-mail address or a phone number; it stands for the person to whom it is bound. */
const body = z.strictObject({ who: z.string().trim().min(3).max(500) })

const report = z.strictObject({
  mxids: z.array(z.string()),
  addresses: z.array(z.strictObject({ medium: z.enum(['email', 'msisdn']), address: z.string() })),
  holdings: z.array(
    z.strictObject({
      /** Stable; the console translates by it. */
      name: z.string(),
      title: z.string(),
      found: z.number(),
      erased: z.number(),
      /** Why what is not erased stays; null where nothing stays. */
      staysBecause: z.string().nullable(),
    }),
  ),
})

export const personalDataContract = describeRoutes({
  'POST /api/person/look': {
    summary: 'What is kept of a person, in numbers, and what an erasure would remove.',
    access: 'session',
    body,
    answer: report,
  },
  'POST /api/person/export': {
    summary: 'Everything that is kept of a person, for the person: without tokens, codes and keys.',
    access: 'confirmed',
    body,
    answer: z.strictObject({
      fileName: z.string(),
      /** JSON. */
      text: z.string(),
    }),
    changes: 'person.export',
  },
  'POST /api/person/erase': {
    summary: 'Removes what is kept of a person, and tells what is gone and what stays.',
    access: 'confirmed',
    body,
    answer: report,
    changes: 'person.erase',
  },
})
