import { caseFold } from '../../matrix/case-folding.ts'
import type { Outline } from './accounts.ts'

/**
 * Text as it is compared in searches. Done here because the databases cannot: `lower()` of SQLite and of PostgreSQL with
 * the C locale, which Synapse demands, knows ASCII alone.
 */
export function fold(text: string): string {
  return caseFold(text.normalize('NFKC'))
}

/**
 * Condition that `column` may contain `term` (folded) once it is folded too: a text in ASCII is compared by the
 * database, any other comes to us. Sound, since folding leaves ASCII within ASCII. Wants `:pattern`, of `likePattern`.
 */
export function mayContain(column: string, term: string, dialect: Outline['dialect']): string {
  const beyondAscii =
    dialect === 'sqlite'
      ? `length(CAST(${column} AS BLOB)) <> length(${column})`
      : `octet_length(${column}) <> char_length(${column})`
  if (!isAscii(term)) return beyondAscii
  const lower = dialect === 'sqlite' ? `lower(${column})` : `lower(${column} COLLATE "C")`
  return `(${lower} LIKE :pattern ESCAPE '!' OR ${beyondAscii})`
}

function isAscii(text: string): boolean {
  return !/[^\0-\x7f]/.test(text)
}
