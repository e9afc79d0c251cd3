import { BackendFailure } from '../failure.ts'
import type { SqlValue, SqlValues } from './values.ts'

export type Dialect = 'sqlite' | 'postgres' | 'mysql'

/** A statement as a driver takes it. */
export interface BoundStatement {
  readonly text: string
  readonly values: readonly (string | number | null)[]
}

/** A statement cut at its parameters: `texts` has one entry more than `names`. */
interface ParsedStatement {
  readonly texts: readonly string[]
  readonly names: readonly string[]
}

/**
 * Puts the driver's placeholders in place of `:name`. Values never become a part of the text.
 * Throws `BackendFailure` for a name that has no value, and for placeholders of the driver's own.
 */
export function bindStatement(text: string, values: SqlValues, dialect: Dialect): BoundStatement {
  const { texts, names } = parseStatement(text, dialect)
  const bound: (string | number | null)[] = []
  const place = (value: string | number | null) => {
    bound.push(value)
    return dialect === 'postgres' ? `$${bound.length}` : '?'
  }
  const placeholders = names.map((name) => {
    const value = valueOf(name, values)
    if (!Array.isArray(value)) return place(value as string | number | null)
    return value.length === 0 ? 'null' : value.map(place).join(', ')
  })
  return { text: texts.map((part, i) => part + (placeholders[i] ?? '')).join(''), values: bound }
}

function valueOf(name: string, values: SqlValues): SqlValue {
  if (Object.hasOwn(values, name)) return values[name] ?? null
  const known = Object.keys(values).map((each) => `:${each}`)
  throw new BackendFailure(
    'configuration',
    `A query uses the parameter :${name}, which it is not given.`,
    known.length === 0 ? 'Remove it: this query has no parameters.' : `It may use ${known.join(', ')}.`,
  )
}

/** The parameters that a statement uses, each once. */
export function parameterNames(text: string, dialect: Dialect): readonly string[] {
  return [...new Set(parseStatement(text, dialect).names)]
}

function parseStatement(text: string, dialect: Dialect): ParsedStatement {
  const texts: string[] = []
  const names: string[] = []
  let from = 0
  for (let at = 0; at < text.length;) {
    const skipped = skipOpaque(text, at, dialect)
    if (skipped > at) {
      at = skipped
      continue
    }
    refuseOwnPlaceholder(text, at, dialect)
    const name = parameterAt(text, at)
    if (name === null) {
      at += 1
      continue
    }
    texts.push(text.slice(from, at))
    names.push(name)
    at += name.length + 1
    from = at
  }
  // A cursor is declared for a statement, and a statement is counted in parentheses: both without its semicolon.
  texts.push(text.slice(from).replace(/[;\s]+$/, ''))
  return { texts, names }
}

const parameterPattern = /:([a-z_][a-z0-9_]*)/iy

/** The name at `at`; null for a cast (`::text`), an assignment (`:=`) and a slice of an array (`tags[1:n]`). */
function parameterAt(text: string, at: number): string | null {
  if (text[at] !== ':' || /[\w\]:]/.test(text[at - 1] ?? '')) return null
  parameterPattern.lastIndex = at
  return parameterPattern.exec(text)?.[1] ?? null
}

function refuseOwnPlaceholder(text: string, at: number, dialect: Dialect): void {
  // In PostgreSQL ? is an operator of jsonb.
  const found = dialect === 'postgres' ? /\$\d+/y : /\?/y
  found.lastIndex = at
  const placeholder = found.exec(text)?.[0]
  if (placeholder === undefined || /\w/.test(text[at - 1] ?? '')) return
  throw new BackendFailure(
    'configuration',
    `A query uses the placeholder ${placeholder}.`,
    'Write named parameters, like :address.',
  )
}

interface Opaque {
  readonly dialects: readonly Dialect[]
  /** What must not be looked into, from its first character to its last; an open end goes to the end of the text. */
  readonly pattern: RegExp
}

const all: readonly Dialect[] = ['sqlite', 'postgres', 'mysql']

/** Strings, quoted names and comments, as the manuals of the databases have them. The first that fits counts. */
const opaques: readonly Opaque[] = [
  { dialects: all, pattern: /--[^\n]*/y },
  { dialects: ['mysql'], pattern: /#[^\n]*/y },
  { dialects: ['mysql'], pattern: /'(?:[^'\\]|\\[^]|'')*(?:'|$)/y },
  { dialects: ['mysql'], pattern: /"(?:[^"\\]|\\[^]|"")*(?:"|$)/y },
  { dialects: ['postgres'], pattern: /(?<!\w)e'(?:[^'\\]|\\[^]|'')*(?:'|$)/iy },
  { dialects: ['postgres'], pattern: /(?<![\w$])\$([a-z_]\w*)?\$[^]*?(?:\$\1\$|$)/iy },
  { dialects: ['sqlite', 'postgres'], pattern: /'(?:[^']|'')*(?:'|$)/y },
  { dialects: ['sqlite', 'postgres'], pattern: /"(?:[^"]|"")*(?:"|$)/y },
  { dialects: ['sqlite', 'mysql'], pattern: /`(?:[^`]|``)*(?:`|$)/y },
  { dialects: ['sqlite'], pattern: /\[[^\]]*(?:\]|$)/y },
  { dialects: ['sqlite', 'mysql'], pattern: /\/\*[^]*?(?:\*\/|$)/y },
]

/** Where to go on when something opaque begins at `at`; `at` itself when nothing does. */
function skipOpaque(text: string, at: number, dialect: Dialect): number {
  if (dialect === 'postgres' && text.startsWith('/*', at)) return skipNestedComment(text, at)
  for (const { dialects, pattern } of opaques) {
    if (!dialects.includes(dialect)) continue
    pattern.lastIndex = at
    const found = pattern.exec(text)
    if (found !== null) return at + found[0].length
  }
  return at
}

/** PostgreSQL alone nests its comments (manual, 4.1.5). */
function skipNestedComment(text: string, at: number): number {
  let depth = 0
  for (let i = at; i < text.length; i++) {
    const two = text.slice(i, i + 2)
    if (two === '/*' || two === '*/') {
      depth += two === '/*' ? 1 : -1
      i += 1
      if (depth === 0) return i + 1
    }
  }
  return text.length
}
