import type { z } from 'zod'
import { BackendFailure } from './failure.ts'
import type { Row } from './sql/values.ts'

/**
 * Rows of the tables of a program that we know. Throws `BackendFailure` when a column holds something else than there;
 * `program` is its name.
 */
export function readRows<T>(schema: z.ZodType<T>, rows: readonly Row[], program: string): T[] {
  return rows.map((row) => {
    const read = schema.safeParse(row)
    if (read.success) return read.data
    const column = read.error.issues[0]?.path.join('.') ?? ''
    throw new BackendFailure(
      'protocol',
      `The column ${column} holds something else than in ${program}.`,
      `Name the database of ${program} in connection, and report this if it is the one.`,
    )
  })
}
