import { z } from 'zod'

/** Whether the public listener could have an address, and who has it. */
export const triedPort = z.strictObject({
  state: z.enum(['free', 'own', 'taken', 'not-allowed', 'no-such-address']),
  /** The program that has it, where that can be known: `nginx (process 812)`. */
  owner: z.string().nullable(),
  /** Ends that program, or shows more of it. */
  command: z.string().nullable(),
})

export type TriedPort = z.output<typeof triedPort>
