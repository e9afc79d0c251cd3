import BetterSqlite from 'better-sqlite3'
import { Kysely, sql, SqliteDialect, type Transaction } from 'kysely'
import { kindOf } from './dialect.ts'
import type { Migration } from './migrations/migration.ts'
import type { Database } from './schema.ts'

/** What is wrong with an upgraded database, as a sentence. */
export class UnsoundError extends Error {
  override readonly name = 'UnsoundError'
}

/**
 * Looks at an upgraded database before the upgrade is committed: it has to have all tables and columns of a new one, no
 * damaged page and no dangling reference. Throws `UnsoundError`, and so rolls the upgrade back.
 */
export async function requireSound(
  tx: Transaction<Database>,
  migrations: readonly Migration[],
): Promise<void> {
  const found = await columnNames(tx)
  const missing = [...(await columnsOfNew(migrations))].filter((name) => !found.has(name))
  if (missing.length > 0) {
    throw new UnsoundError(`After the upgrade the database lacks ${missing.slice(0, 3).join(', ')}.`)
  }
  // PostgreSQL checks references at each statement, and pages when it reads them.
  if (kindOf(tx) === 'postgres') return
  const pages = await sql<{ quick_check: string }>`pragma quick_check(1)`.execute(tx)
  if (pages.rows[0]?.quick_check !== 'ok') {
    throw new UnsoundError('After the upgrade a page of the database is damaged.')
  }
  const dangling = await sql<{ table: string; parent: string }>`pragma foreign_key_check`.execute(tx)
  const [first] = dangling.rows
  if (first === undefined) return
  throw new UnsoundError(
    `After the upgrade rows of ${first.table} refer to rows of ${first.parent} that are missing.`,
  )
}

/** `table.column` of a database that begins with this version. Names are the same on both kinds. */
async function columnsOfNew(migrations: readonly Migration[]): Promise<ReadonlySet<string>> {
  const database = new BetterSqlite(':memory:')
  const db = new Kysely<Database>({ dialect: new SqliteDialect({ database }) })
  try {
    return await db.transaction().execute(async (tx) => {
      for (const migration of migrations) await migration.up(tx)
      return await columnNames(tx)
    })
  } finally {
    await db.destroy()
  }
}

async function columnNames(tx: Transaction<Database>): Promise<ReadonlySet<string>> {
  const query =
    kindOf(tx) === 'postgres'
      ? sql<{ name: string }>`select table_name || '.' || column_name as name from information_schema.columns
          where table_schema = current_schema()`
      : sql<{ name: string }>`select t.name || '.' || c.name as name
          from sqlite_schema t, pragma_table_info(t.name) c where t.type = 'table' and t.name not like 'sqlite_%'`
  return new Set((await query.execute(tx)).rows.map(({ name }) => name))
}
