/** One row; column names are in small letters. */
export type Row = Readonly<Record<string, unknown>>

/** The value of a named parameter. A list stands for itself in `in (:names)`. */
export type SqlValue = string | number | null | readonly string[]
export type SqlValues = Readonly<Record<string, SqlValue>>

/** A column as text, whatever type the database gave it; null for NULL. */
export function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null
  if (typeof value === 'string') return value
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8')
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** `\0` is a BIT(1) of MySQL; the zero date is how it writes none. */
const noes: ReadonlySet<string> = new Set([
  '',
  '0',
  'f',
  'false',
  'n',
  'no',
  'off',
  '\0',
  '0000-00-00',
  '0000-00-00 00:00:00',
])

/** Whether a column says yes: true, 1, `Y`, a date. NULL, 0, `f`, `no` and the empty text say no. */
export function isYes(value: unknown): boolean {
  return !noes.has((textOf(value) ?? '').trim().toLowerCase())
}

/** False for texts that no database can hold or compare: PostgreSQL refuses NUL, and half a surrogate pair is no text. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}

export function lowerColumns(row: Record<string, unknown>): Row {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name.toLowerCase(), value]))
}
