import { z } from 'zod'

/** The place where a page of a list ends, as an opaque text for `query.cursor`. */
export function toCursor(place: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

/** Reads `query.cursor`; `place` describes what `toCursor` was given. */
export function cursorOf<T extends z.ZodType>(place: T) {
  return z
    .string()
    .max(1_000)
    .transform((text, context): z.output<T> => {
      const parsed = place.safeParse(parseJson(Buffer.from(text, 'base64url').toString()))
      if (parsed.success) return parsed.data
      context.addIssue({ code: 'custom', message: 'Not the next of a page.' })
      return z.NEVER
    })
    .optional()
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** `a,b` in the address of a page: several at once. */
export function listOf<T extends z.ZodType<unknown, string>>(each: T) {
  return z
    .string()
    .transform((text) => text.split(',').filter((part) => part !== ''))
    .pipe(z.array(each))
    .optional()
}
