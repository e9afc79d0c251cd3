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
  /** Code of the check; the console translates the title by it. */
  check: z.string(),
  /** Title of the check. */
  title: z.string(),
  /** What of several it is about; null where there is only one. */
  subject: z.string().nullable(),
  detail: z.string(),
  cause: z.string().nullable(),
  fix: z.string().nullable(),
  /** Whether cause and fix are those of every such fault, so that the console may say them in another language. */
  isUsual: z.strictObject({ cause: z.boolean(), fix: z.boolean() }),
  /** Where the documentation tells more. */
  link: z.string().nullable(),
  /** How long the whole check took. */
  ms: z.number(),
})
