import { sql, type Kysely } from 'kysely'
import { kindOf } from '../../../storage/dialect.ts'
import type { Database } from '../../../storage/schema.ts'
import type { Table } from './describe-tables.ts'

/*
 * Numbers that a table has given out, those of deleted rows included: what follows the sequence of mapping changes would
 * miss changes whose numbers begin anew.
 */

/** The last number of each table that gives out numbers; 0 when it has given out none. */
export async function readSerials(
  db: Kysely<Database>,
  tables: readonly Table[],
): Promise<Readonly<Record<string, number>>> {
  const serials: Record<string, number> = {}
  for (const { name, serial } of tables) {
    if (serial !== null) serials[name] = await lastNumber(db, name, serial)
  }
  return serials
}

async function lastNumber(db: Kysely<Database>, table: string, column: string): Promise<number> {
  if (kindOf(db) === 'sqlite') {
    const { rows } = await sql<{
      seq: number
    }>`select seq from sqlite_sequence where name = ${table}`.execute(db)
    return rows[0]?.seq ?? 0
  }
  const sequence = await sequenceOf(db, table, column)
  const { rows } = await sql<{ last: number }>`
    select case when is_called then last_value else 0 end as last from ${sql.table(sequence)}`.execute(db)
  return rows[0]?.last ?? 0
}

/** Goes on numbering where the other database had stopped. */
export async function writeSerials(
  db: Kysely<Database>,
  tables: readonly Table[],
  serials: Readonly<Record<string, number>>,
): Promise<void> {
  for (const { name, serial } of tables) {
    const last = serials[name] ?? 0
    if (serial === null || last === 0) continue
    if (kindOf(db) === 'sqlite') {
      await sql`delete from sqlite_sequence where name = ${name}`.execute(db)
      await sql`insert into sqlite_sequence (name, seq) values (${name}, ${last})`.execute(db)
    } else {
      await sql`select setval(${await sequenceOf(db, name, serial)}::regclass, ${last})`.execute(db)
    }
  }
}

async function sequenceOf(db: Kysely<Database>, table: string, column: string): Promise<string> {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_class c
    where c.oid = pg_get_serial_sequence(quote_ident(${table}), ${column})::regclass`.execute(db)
  const name = rows[0]?.name
  if (name === undefined) throw new Error(`the column ${column} of ${table} has no sequence`)
  return name
}
