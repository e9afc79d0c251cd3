import type { BackendContext } from '../kind.ts'
import type { DatabaseSection } from './connection-section.ts'
import { createStatementRunner, type StatementRunner } from './drivers/statement-runner.ts'

export { isStorable, isYes, textOf, type Row, type SqlValue, type SqlValues } from './values.ts'
export type { Dialect } from './named-parameters.ts'

/** A database of somebody else, which is only ever read. */
export interface DirectoryDatabase extends StatementRunner {
  readonly section: DatabaseSection
}

/** Connects to nothing yet, and again by itself whenever a connection broke. */
export async function openDirectoryDatabase(
  section: DatabaseSection,
  context: BackendContext,
): Promise<DirectoryDatabase> {
  return { ...(await runnerFor(section, context)), section }
}

/** Only the client of this database is loaded. */
async function runnerFor(section: DatabaseSection, context: BackendContext): Promise<StatementRunner> {
  switch (section.type) {
    case 'sqlite': {
      const { sqliteDriver } = await import('./drivers/sqlite.ts')
      return createStatementRunner(sqliteDriver(section, context), context)
    }
    case 'postgres': {
      const { postgresDriver } = await import('./drivers/postgres.ts')
      return createStatementRunner(postgresDriver(section, context), context)
    }
    default: {
      const { mysqlDriver } = await import('./drivers/mysql.ts')
      return createStatementRunner(mysqlDriver(section, context), context)
    }
  }
}
