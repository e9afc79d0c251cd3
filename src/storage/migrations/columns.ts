import { sql } from 'kysely'
import type { CreateTableBuilder, Kysely, RawBuilder } from 'kysely'
import { kindOf } from '../dialect.ts'
import type { Database } from '../schema.ts'

export type ColumnKind = 'text' | 'integer' | 'text?' | 'integer?'

/** Adds columns in the order given; those whose kind ends in `?` may be null. */
export function columns<T extends string>(
  db: Kysely<Database>,
  table: CreateTableBuilder<T, string>,
  kinds: Readonly<Record<string, ColumnKind>>,
): CreateTableBuilder<T, string> {
  return Object.entries(kinds).reduce((builder, [name, kind]) => {
    return builder.addColumn(name, columnType(db, kind), (column) =>
      kind.endsWith('?') ? column : column.notNull(),
    )
  }, table)
}

/** The type of a column as this database calls it. */
export function columnType(
  db: Kysely<Database>,
  kind: ColumnKind,
): 'text' | 'bigint' | 'integer' | RawBuilder<unknown> {
  return kind.startsWith('text') ? text(db) : integer(db)
}

/**
 * Byte order on both databases: a linguistic collation sorts, and after an upgrade of
 * the operating system may even find, differently (https://wiki.postgresql.org/wiki/Locale_data_changes).
 */
function text(db: Kysely<Database>): 'text' | RawBuilder<unknown> {
  return kindOf(db) === 'postgres' ? sql`text collate "C"` : 'text'
}

/** 64 bits: times are milliseconds since the epoch. */
function integer(db: Kysely<Database>): 'bigint' | 'integer' {
  return kindOf(db) === 'postgres' ? 'bigint' : 'integer'
}

/** Ends a table definition. STRICT makes SQLite check types as PostgreSQL does. */
export function tableEnd(
  db: Kysely<Database>,
  shape: 'rowid' | 'without rowid' = 'rowid',
): RawBuilder<unknown> {
  if (kindOf(db) === 'postgres') return sql``
  return shape === 'rowid' ? sql`strict` : sql`strict, without rowid`
}

/** A number that only ever grows: SQLite reuses the numbers of deleted rows unless told AUTOINCREMENT. */
export function addSerial<T extends string>(
  db: Kysely<Database>,
  table: CreateTableBuilder<T, never>,
  name: string,
): CreateTableBuilder<T, string> {
  return kindOf(db) === 'postgres'
    ? table.addColumn(name, 'bigint', (column) => column.primaryKey().generatedByDefaultAsIdentity())
    : table.addColumn(name, 'integer', (column) => column.primaryKey().autoIncrement())
}
