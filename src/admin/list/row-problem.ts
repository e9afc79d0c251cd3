import { z } from 'zod'

/** A row of a table of people that cannot be used. */
export const rowProblem = z.strictObject({
  line: z.number(),
  column: z.string().nullable(),
  value: z.string().nullable(),
  message: z.string(),
  fix: z.string(),
})
