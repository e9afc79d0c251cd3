import { z } from 'zod'

/** The areas of the doctor, in its order; a test holds them together with `doctor/check.ts`. */
export const doctorAreas = [
  'configuration',
  'storage',
  'keys',
  'clock',
  'server',
  'public-url',
  'homeserver',
  'backends',
  'notifications',
  'federation',
  'deliveries',
  'updates',
] as const

/** One thing that the doctor has seen. */
export const finding = z.strictObject({
  /** Stable; the console translates by it. */
  code: z.string(),
  status: z.enum(['ok', 'warning', 'problem', 'skipped']),
  area: z.enum(doctorAreas),
  /** Title of the check. */
  title: z.string(),
  /** What of several it is about; null where there is only one. */
  subject: z.string().nullable(),
  detail: z.string(),
  cause: z.string().nullable(),
  fix: z.string().nullable(),
  /** Where the documentation tells more. */
  link: z.string().nullable(),
  /** How long the whole check took. */
  ms: z.number(),
})
