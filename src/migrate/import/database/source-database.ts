import { OperatorError } from '../../../config/operator-error.ts'

/** A row by the names that were asked for. Nothing is known about the values until a schema has read them. */
export type SourceRow = Readonly<Record<string, unknown>>

/** The database of another identity server. It is only ever read. */
export interface SourceDatabase {
  readonly kind: 'sqlite' | 'postgres'
  has(table: string): boolean
  /** 0 for a table that is not there. */
  count(table: string): Promise<number>
  /**
   * All rows in pages, newest first, in the order in which they were stored. Columns are found whatever their case;
   * missing ones are null. Nothing for a table that is not there.
   */
  rows(table: string, columns: readonly string[]): AsyncIterable<readonly SourceRow[]>
  close(): Promise<void>
}

/** Rows that are read at once: short reads, between which a running server can write. */
export const PAGE_ROWS = 2_000

/** The columns of each table, by name in small letters. */
export type Catalog = ReadonlyMap<
  string,
  { readonly table: string; readonly columns: ReadonlyMap<string, string> }
>

/** @param entries table and column, as they are called in the database */
export function catalogOf(entries: Iterable<readonly [table: string, column: string]>): Catalog {
  const tables = new Map<string, { table: string; columns: Map<string, string> }>()
  for (const [table, column] of entries) {
    const known = tables.get(table.toLowerCase()) ?? { table, columns: new Map<string, string>() }
    known.columns.set(column.toLowerCase(), column)
    tables.set(table.toLowerCase(), known)
  }
  return tables
}

/** `"actual" as "wanted", ...` for a SELECT; names are quoted, as both databases take them. */
export function selection(catalog: Catalog, table: string, columns: readonly string[]): string {
  const known = catalog.get(table)?.columns
  return columns
    .map((column) => {
      const actual = known?.get(column.toLowerCase())
      return `${actual === undefined ? 'null' : quoted(actual)} as ${quoted(column)}`
    })
    .join(', ')
}

export const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`

/** The database of the other server cannot be read. No text of the driver: it may hold what stood in a row. */
export function unreachable(what: string, code: string | undefined, cause: unknown): OperatorError {
  return new OperatorError('database-unreachable', {
    tried: `read ${what}`,
    likelyCause: `The database cannot be read${code === undefined ? '' : ` (${code})`}.`,
    fix: 'Check the address, the login and its right to read; --database names another place.',
    cause,
  })
}
