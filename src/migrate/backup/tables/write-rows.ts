import { sql, type Kysely } from 'kysely'
import { kindOf } from '../../../storage/dialect.ts'
import type { Database } from '../../../storage/schema.ts'
import type { Table } from './describe-tables.ts'

/**
 * Inserts rows as `readRows` gives them, in one statement. `columns` is their order in the text: the table of a later
 * version may have more.
 */
export async function writeRows(
  db: Kysely<Database>,
  table: Table,
  columns: readonly string[],
  text: string,
): Promise<void> {
  const lines = text.split('\n').slice(0, -1)
  // SQLite ends a text that it takes out of JSON at its first NUL.
  if (kindOf(db) === 'sqlite' && text.includes('\\u0000')) {
    for (const line of lines) await writeRow(db, table, columns, line)
    return
  }
  const isPostgres = kindOf(db) === 'postgres'
  const values = columns.map((name, index) => {
    const type = table.columns.find((column) => column.name === name)?.type
    if (type === undefined) throw new Error(`the table ${table.name} has no column ${name}`)
    const value = sql`value ->> ${sql.lit(index)}`
    return isPostgres ? sql`cast(${value} as ${sql.raw(type)})` : value
  })
  const unpack = sql.raw(isPostgres ? 'json_array_elements' : 'json_each')
  const rows = `[${lines.join(',')}]`
  await sql`insert into ${sql.table(table.name)} (${sql.join(columns.map((name) => sql.ref(name)))})
    select ${sql.join(values)} from ${unpack}(${rows})`.execute(db)
}

async function writeRow(
  db: Kysely<Database>,
  table: Table,
  columns: readonly string[],
  line: string,
): Promise<void> {
  const values = JSON.parse(line) as readonly unknown[]
  await sql`insert into ${sql.table(table.name)} (${sql.join(columns.map((name) => sql.ref(name)))})
    values (${sql.join(values)})`.execute(db)
}
