import type { z } from 'zod'
import type { authShape, ContractId } from '../contract/shapes.ts'
import { BackendFailure } from '../failure.ts'
import type { Processor } from './processors.ts'

/** Standard output as JSON of a shape; null when it is blank. Throws `BackendFailure` `protocol`. */
export function readJsonOutput<T extends z.ZodType>(
  output: string,
  schema: T,
  { name }: Pick<Processor, 'name'>,
): z.output<T> | null {
  if (output.trim() === '') return null
  let value: unknown
  try {
    value = JSON.parse(output)
  } catch (cause) {
    const fix = `Let it write JSON and nothing else to standard output, or set ${name}.output.type.`
    throw new BackendFailure('protocol', `The program of ${name} did not answer with JSON.`, fix, cause)
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const where = parsed.error.issues[0]?.path.join('.') || 'the whole'
  throw notUnderstood(name, `${where} has another form`)
}

export type LoginAnswer = z.output<typeof authShape>['auth']

/** First line `true` or `1`: let in; blank: the exit code was the answer. Second line: the name. */
export function readPlainLogin(output: string, { name }: Processor): LoginAnswer {
  const [verdict = '', displayName = '', ...more] = linesOf(output)
  if (more.length > 0) throw notUnderstood(name, 'there are more than two lines')
  const success = ['', 'true', '1'].includes(verdict.trim())
  return { success, profile: { display_name: displayName, three_pids: [] } }
}

/** One line: a localpart. Two lines: type and value. Blank: nobody. */
export function readPlainId(output: string, { name }: Processor): ContractId | null {
  if (output.trim() === '') return null
  const [first = '', second, ...more] = linesOf(output)
  if (more.length > 0) throw notUnderstood(name, 'there are more than two lines')
  return second === undefined ? { type: 'localpart', value: first } : { type: first.trim(), value: second }
}

function linesOf(output: string): readonly string[] {
  return output.replace(/\r?\n$/, '').split(/\r?\n/)
}

function notUnderstood(name: string, why: string): BackendFailure {
  const fix = 'docs/exec-backend.md describes what is expected.'
  return new BackendFailure('protocol', `The program of ${name} answered in another form: ${why}.`, fix)
}
