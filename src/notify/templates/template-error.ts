import { z } from 'zod'

/** What liquidjs attaches to its errors (the token at fault), and Node to those of files. */
const failure = z.object({
  message: z.string(),
  token: z.object({ file: z.string().optional(), input: z.string(), begin: z.number() }).optional(),
  path: z.string().optional(),
})

/** File, line (from 1) and reason of a template fault, for the log. */
export function describeTemplateError(error: unknown): { file: string; line: number | null; reason: string } {
  const read = failure.safeParse(error)
  if (!read.success) return { file: '', line: null, reason: 'unknown' }
  const { message, token, path } = read.data
  return {
    file: token?.file ?? path ?? '',
    line: token === undefined ? null : token.input.slice(0, token.begin).split('\n').length,
    reason: message.split('\n', 1)[0] ?? '',
  }
}
