import { z } from 'zod'

export const jobKinds = [
  'import',
  'sync',
  'rotation',
  'backup',
  'restore',
  'invite-list',
  'doctor',
  'comparison',
] as const

/** Work that takes longer than a request should. */
export const jobShape = z.strictObject({
  id: z.string(),
  kind: z.enum(jobKinds),
  /** What it works on: the id of a backend, the name of a file. */
  target: z.string().nullable(),
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  /** Milliseconds since the epoch. */
  startedAt: z.number(),
  finishedAt: z.number().nullable(),
  /** The step it is at; the console has a sentence for each: `jobs.steps.<step>`. */
  step: z.string().nullable(),
  done: z.number(),
  /** Null: nobody knows how much there is. */
  total: z.number().nullable(),
  cancellable: z.boolean(),
  /** What came of it; its shape is that of the route that started it. Null while it runs. */
  result: z.unknown(),
  error: z.strictObject({ code: z.string(), message: z.string(), fix: z.string().nullable() }).nullable(),
})

export type JobKind = (typeof jobKinds)[number]
export type Job = z.infer<typeof jobShape>
