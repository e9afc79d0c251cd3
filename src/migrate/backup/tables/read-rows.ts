import { createHash } from 'node:crypto'
import { sql, type Kysely } from 'kysely'
import type { Database } from '../../../storage/schema.ts'
import type { Table } from './describe-tables.ts'

/** Small enough that on SQLite, where reading holds up everything else, a page takes a few milliseconds. */
const ROWS_PER_PAGE = 500

export interface Page {
  /** One JSON array per row, each with its newline; the columns in the order of `table.columns`. */
  readonly text: string
  readonly rows: number
}

/**
 * The rows of a table in the order of its primary key, which is byte order on both databases. Pages follow one another
 * by key, so that one of them is in memory at a time.
 */
export async function* readRows(db: Kysely<Database>, table: Table): AsyncGenerator<Page> {
  if (table.key.length === 0) throw new Error(`the table ${table.name} has no primary key`)
  const columns = sql.join(table.columns.map(({ name }) => sql.ref(name)))
  const key = sql.join(table.key.map((name) => sql.ref(name)))
  let after = sql``
  for (;;) {
    const { rows } = await sql<
      Readonly<Record<string, unknown>>
    >`select ${columns} from ${sql.table(table.name)}
      ${after} order by ${key} limit ${ROWS_PER_PAGE}`.execute(db)
    const last = rows.at(-1)
    if (last === undefined) return
    const lines = rows.map((row) => `${JSON.stringify(table.columns.map(({ name }) => plain(row[name])))}\n`)
    yield { text: lines.join(''), rows: rows.length }
    if (rows.length < ROWS_PER_PAGE) return
    after = sql`where (${key}) > (${sql.join(table.key.map((name) => last[name]))})`
  }
}

function plain(value: unknown): string | number | null {
  if (typeof value === 'string' || typeof value === 'number' || value === null) return value
  throw new TypeError(`a backup cannot carry a value of the type ${typeof value}`)
}

export interface TableDigest {
  readonly rows: number
  /** SHA-256, hex, over the text of all pages. */
  readonly sha256: string
}

/** Number and digest of rows, as they pass. */
export function createDigest(): { add(page: Page): void; end(): TableDigest } {
  const hash = createHash('sha256')
  let rows = 0
  return {
    add(page) {
      hash.update(page.text)
      rows += page.rows
    },
    end: () => ({ rows, sha256: hash.digest('hex') }),
  }
}

/** Reads a whole table for its digest alone. */
export async function digestTable(db: Kysely<Database>, table: Table): Promise<TableDigest> {
  const digest = createDigest()
  for await (const page of readRows(db, table)) digest.add(page)
  return digest.end()
}

export async function countRows(db: Kysely<Database>, tables: readonly Table[]): Promise<number> {
  let total = 0
  for (const { name } of tables) {
    const { rows } = await sql<{ count: number }>`select count(*) as count from ${sql.table(name)}`.execute(
      db,
    )
    total += rows[0]?.count ?? 0
  }
  return total
}
