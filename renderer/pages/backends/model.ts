import type { AnswerOf } from '../../api/client.ts'
import type { StatusKind } from '../../components/status.tsx'

export type Overview = AnswerOf<'GET /api/backends'>
export type Backend = Overview['backends'][number]
export type CheckStep = AnswerOf<'POST /api/backends/check'>['steps'][number]
export type XrayRow = AnswerOf<'POST /api/backends/xray'>['rows'][number]
export type Comparison = AnswerOf<'POST /api/backends/xray/compare'>

/** A section of `backends` as the file has it. */
export type Section = Readonly<Record<string, unknown>>

/** As long as the server takes for one. */
export const LONG_MS = 150_000

/** A new section with one value set, or taken out; sections that are empty then go as well. */
export function withValue(section: Section, path: string, value: unknown): Section {
  const [key = '', ...rest] = path.split('.')
  const { [key]: former, ...others } = section
  if (rest.length === 0) return value === undefined ? others : { ...section, [key]: value }
  const inner = withValue(isSection(former) ? former : {}, rest.join('.'), value)
  return Object.keys(inner).length === 0 ? others : { ...section, [key]: inner }
}

const isSection = (value: unknown): value is Section =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** How a backend is, in the words of the console. */
export function statusOf({ state, health, enabled, sync }: Backend): StatusKind {
  if (!enabled || state === 'off') return 'off'
  if (sync !== null && sync.failure !== null) return 'problem'
  // A copy that could be read tells as much as an answer.
  if (health.state === 'unknown' && sync !== null && sync.succeededAt !== null) return 'ok'
  return health.state === 'off' ? 'unknown' : health.state
}

/** The path of a problem as keys are called: `servers[0]` belongs to `servers`. */
export const keyOfProblem = (path: string): string => path.replace(/\[\d+\].*$/, '')
