import { sql } from 'kysely'
import type { Kysely, Transaction } from 'kysely'
import type { Runtime } from '../runtime.ts'
import { columns, tableEnd } from './migrations/columns.ts'
import { allMigrations } from './migrations/index.ts'
import { kindOf } from './dialect.ts'
import type { Database } from './schema.ts'
import { requireSound, UnsoundError } from './self-check.ts'
import { StorageError } from './storage-error.ts'
import type { StorageOptions } from './types.ts'

interface MigrationRow {
  number: number
  name: string
  /** Milliseconds since the epoch. */
  applied_at: number
  program_version: string
}
type MigrationTables = { signpost_migrations: MigrationRow }

/** "SPMI": one Signpost migrates a shared PostgreSQL at a time. */
const ADVISORY_LOCK = 0x53504d49

export interface MigrateHooks {
  /** Runs before the first migration `number`, when the database already holds something. */
  readonly beforeUpgrade?: (number: number) => Promise<void>
  /** Turns what the database throws into the operator's error; answers what is not the operator's to mend unchanged. */
  readonly explain: (error: unknown) => unknown
}

/**
 * Brings the schema up to date: all pending migrations in one transaction, or none. An upgrade is checked before it
 * counts. Throws `database-newer`, `database-foreign` and `database-upgrade-failed`.
 */
export async function migrate(
  db: Kysely<Database>,
  options: StorageOptions,
  runtime: Runtime,
  { beforeUpgrade, explain }: MigrateHooks,
): Promise<void> {
  const applied = await readApplied(db)
  const [next] = pending(options.migrations ?? allMigrations, applied)
  const isUpgrade = next !== undefined && applied.length > 0
  if (isUpgrade) await beforeUpgrade?.(next.number)
  try {
    await applyAll(db, options, runtime, isUpgrade)
  } catch (error) {
    const explained = explain(error)
    throw isUpgrade && !(explained instanceof StorageError) ? upgradeFailed(applied, error) : explained
  }
}

async function applyAll(
  db: Kysely<Database>,
  options: StorageOptions,
  runtime: Runtime,
  isUpgrade: boolean,
): Promise<void> {
  const migrations = options.migrations ?? allMigrations
  const programVersion = options.programVersion ?? 'development'
  await db.transaction().execute(async (tx) => {
    if (kindOf(tx) === 'postgres') {
      await sql`set local statement_timeout = 0`.execute(tx)
      await sql`set local lock_timeout = 0`.execute(tx)
      await sql`select pg_advisory_xact_lock(${ADVISORY_LOCK})`.execute(tx)
    }
    await createMigrationTable(tx)
    // Read again: another process may have migrated while this one waited for the lock.
    for (const migration of pending(migrations, await readApplied(tx))) {
      await migration.up(tx)
      const row = { number: migration.number, name: migration.name, applied_at: runtime.clock.now() }
      await tx
        .withTables<MigrationTables>()
        .insertInto('signpost_migrations')
        .values({ ...row, program_version: programVersion })
        .execute()
      runtime.log.info({ migration: migration.number, name: migration.name }, 'migrated the database')
    }
    if (isUpgrade) await requireSound(tx, migrations)
    await tx
      .insertInto('meta')
      .values({ key: 'program_version', value: programVersion })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: programVersion }))
      .execute()
  })
}

/** The transaction has been rolled back by then. */
function upgradeFailed(applied: readonly MigrationRow[], cause: unknown): StorageError {
  const former = applied.at(-1)?.program_version ?? 'the former version'
  return new StorageError('database-upgrade-failed', {
    tried: `upgrade the database from Signpost ${former}`,
    likelyCause: `${cause instanceof UnsoundError ? cause.message : 'A step of the upgrade failed.'} Everything is as it was before.`,
    fix: `Go on with Signpost ${former} for now, and report this with the output of: signpost bundle`,
    cause,
  })
}

/** For those who may not migrate. Throws `database-missing`, `database-older`, `database-newer`, `database-foreign`. */
export async function requireCurrentSchema(db: Kysely<Database>, options: StorageOptions): Promise<void> {
  const applied = await readApplied(db)
  const [next] = pending(options.migrations ?? allMigrations, applied)
  if (next === undefined) return
  if (applied.length === 0) throw databaseMissing('open the database', 'The database is empty.')
  throw new StorageError('database-older', {
    tried: 'open the database',
    likelyCause: `It was written by Signpost ${applied.at(-1)?.program_version}, which is older than this one.`,
    fix: 'Start Signpost once: it upgrades the database. Then try again.',
  })
}

export function databaseMissing(tried: string, likelyCause: string): StorageError {
  const fix = 'Start Signpost once: it sets up the database. Then try again.'
  return new StorageError('database-missing', { tried, likelyCause, fix })
}

function pending<M extends { readonly number: number }>(
  migrations: readonly M[],
  applied: readonly MigrationRow[],
): readonly M[] {
  const newest = migrations.at(-1)?.number ?? 0
  const unknown = applied.findLast((row) => row.number > newest)
  if (unknown !== undefined) {
    throw new StorageError('database-newer', {
      tried: 'open the database',
      likelyCause: `It was written by Signpost ${unknown.program_version}, which is newer than this one.`,
      fix: `Start Signpost ${unknown.program_version} or later, or restore a backup or snapshot from before the upgrade.`,
    })
  }
  const done = new Set(applied.map((row) => row.number))
  return migrations.filter((migration) => !done.has(migration.number))
}

/** Oldest first; empty for a database that holds nothing. Throws when there is something that is not Signpost's. */
async function readApplied(db: Kysely<Database>): Promise<readonly MigrationRow[]> {
  const tables = await tableNames(db)
  if (tables.has('signpost_migrations')) {
    return db
      .withTables<MigrationTables>()
      .selectFrom('signpost_migrations')
      .selectAll()
      .orderBy('number')
      .execute()
  }
  if (tables.size === 0) return []
  throw new StorageError('database-foreign', {
    tried: 'open the database',
    likelyCause: 'It holds tables of another program.',
    fix: 'Create an empty database for Signpost and name that one in the configuration.',
  })
}

async function tableNames(db: Kysely<Database>): Promise<ReadonlySet<string>> {
  const query =
    kindOf(db) === 'postgres'
      ? sql<{ name: string }>`select tablename as name from pg_tables where schemaname = current_schema()`
      : sql<{
          name: string
        }>`select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'`
  return new Set((await query.execute(db)).rows.map((row) => row.name))
}

async function createMigrationTable(tx: Transaction<Database>): Promise<void> {
  await columns(tx, tx.schema.createTable('signpost_migrations').ifNotExists(), {
    number: 'integer',
    name: 'text',
    applied_at: 'integer',
    program_version: 'text',
  })
    .addPrimaryKeyConstraint('signpost_migrations_pk', ['number'])
    .modifyEnd(tableEnd(tx))
    .execute()
}
