import { sql, type Kysely } from 'kysely'
import { kindOf } from '../../../storage/dialect.ts'
import type { Database } from '../../../storage/schema.ts'

/** What a backup has to know about a table: it is read from the database, so that no table can be forgotten. */
export interface Table {
  readonly name: string
  readonly columns: readonly Column[]
  /** Columns of the primary key, in its order. */
  readonly key: readonly string[]
  /** Tables that rows of this one refer to. */
  readonly references: readonly string[]
  /** The column that numbers its rows by itself, if there is one. */
  readonly serial: string | null
}

interface Column {
  readonly name: string
  /** As this database names it. */
  readonly type: string
}

/** The migrations are made anew by the program that restores; leases belong to processes that are gone by then. */
const leftOut = new Set(['signpost_migrations', 'leases'])

/** The tables of the database, each after those that it refers to. */
export async function describeTables(db: Kysely<Database>): Promise<readonly Table[]> {
  const all = kindOf(db) === 'postgres' ? await describePostgres(db) : await describeSqlite(db)
  return inOrder(all.filter(({ name }) => !leftOut.has(name)))
}

async function describeSqlite(db: Kysely<Database>): Promise<readonly Table[]> {
  const { rows: columns } = await sql<{
    name: string
    column: string
    type: string
    pk: number
    text: string
  }>`
    select t.name, c.name as column, c.type, c.pk, t.sql as text from sqlite_schema t, pragma_table_info(t.name) c
    where t.type = 'table' and t.name not like 'sqlite\\_%' escape '\\' order by t.name, c.cid`.execute(db)
  const { rows: references } = await sql<{ name: string; target: string }>`
    select t.name, f."table" as target from sqlite_schema t, pragma_foreign_key_list(t.name) f
    where t.type = 'table'`.execute(db)
  return [...Map.groupBy(columns, (row) => row.name)].map(([name, own]) => {
    const key = own.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk)
    return {
      name,
      columns: own.map(({ column, type }) => ({ name: column, type })),
      key: key.map(({ column }) => column),
      references: references.filter((row) => row.name === name).map(({ target }) => target),
      serial: /autoincrement/i.test(own[0]?.text ?? '') ? (key[0]?.column ?? null) : null,
    }
  })
}

async function describePostgres(db: Kysely<Database>): Promise<readonly Table[]> {
  const { rows: columns } = await sql<{ name: string; column: string; type: string; identity: string }>`
    select c.relname as name, a.attname as column, format_type(a.atttypid, a.atttypmod) as type,
      a.attidentity as identity
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace order by c.relname, a.attnum`.execute(
    db,
  )
  const { rows: keys } = await sql<{ name: string; column: string }>`
    select c.relname as name, a.attname as column
    from pg_index i join pg_class c on c.oid = i.indrelid
      cross join lateral unnest(i.indkey) with ordinality as k (attnum, position)
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
    where i.indisprimary and c.relnamespace = current_schema()::regnamespace order by c.relname, k.position`.execute(
    db,
  )
  const { rows: references } = await sql<{ name: string; target: string }>`
    select c.relname as name, t.relname as target from pg_constraint f
      join pg_class c on c.oid = f.conrelid join pg_class t on t.oid = f.confrelid
    where f.contype = 'f' and c.relnamespace = current_schema()::regnamespace`.execute(db)
  return [...Map.groupBy(columns, (row) => row.name)].map(([name, own]) => ({
    name,
    columns: own.map(({ column, type }) => ({ name: column, type })),
    key: keys.filter((row) => row.name === name).map(({ column }) => column),
    references: references.filter((row) => row.name === name).map(({ target }) => target),
    serial: own.find(({ identity }) => identity !== '')?.column ?? null,
  }))
}

function inOrder(tables: readonly Table[]): readonly Table[] {
  const ordered: Table[] = []
  const visit = (table: Table, above: readonly string[]) => {
    if (ordered.includes(table) || above.includes(table.name)) return
    for (const name of table.references) {
      const target = tables.find((each) => each.name === name)
      if (target !== undefined) visit(target, [...above, table.name])
    }
    ordered.push(table)
  }
  for (const table of tables) visit(table, [])
  return ordered
}
