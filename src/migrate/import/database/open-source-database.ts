import { openPostgresSource } from './postgres-source.ts'
import type { SourceDatabase } from './source-database.ts'
import { openSqliteSource } from './sqlite-source.ts'

/** @param location a file, or a `postgres://` URL. Throws `OperatorError`. */
export async function openSourceDatabase(location: string): Promise<SourceDatabase> {
  return /^postgres(ql)?:\/\//.test(location)
    ? await openPostgresSource(location)
    : await openSqliteSource(location)
}
