import { sql } from 'kysely'
import { explainSqliteFailure } from './sqlite-failure.ts'
import { StorageError } from './storage-error.ts'
import type { Storage } from './types.ts'

export interface IntegrityReport {
  readonly ok: boolean
  /** One sentence each, without contents of rows. */
  readonly problems: readonly string[]
}

const MAX_PROBLEMS = 20

/**
 * Reads the whole SQLite database and checks its structure and its references; it takes seconds per gigabyte, in which
 * this process does nothing else. PostgreSQL checks itself (data checksums, constraints): there, only whether it answers.
 */
export async function checkIntegrity(storage: Pick<Storage, 'kind' | 'db'>): Promise<IntegrityReport> {
  try {
    const problems =
      storage.kind === 'postgres'
        ? await askPostgres(storage)
        : [...(await checkPages(storage)), ...(await checkReferences(storage))]
    return { ok: problems.length === 0, problems }
  } catch (error) {
    const explained = explainSqliteFailure(error, 'check the database', 'the database file')
    if (!(explained instanceof StorageError)) throw error
    return { ok: false, problems: [explained.likelyCause] }
  }
}

async function askPostgres(storage: Pick<Storage, 'db'>): Promise<readonly string[]> {
  await sql`select 1`.execute(storage.db)
  return []
}

async function checkPages({ db }: Pick<Storage, 'db'>): Promise<readonly string[]> {
  const { rows } = await sql<{ quick_check: string }>`pragma quick_check(${sql.lit(MAX_PROBLEMS)})`.execute(
    db,
  )
  return rows.map((row) => row.quick_check).filter((text) => text !== 'ok')
}

async function checkReferences({ db }: Pick<Storage, 'db'>): Promise<readonly string[]> {
  const { rows } = await sql<{ table: string; parent: string }>`pragma foreign_key_check`.execute(db)
  return rows
    .slice(0, MAX_PROBLEMS)
    .map((row) => `A row of ${row.table} refers to a row of ${row.parent} that is missing.`)
}
