import { allConfigMigrations } from './index.ts'
import type { ConfigMigration } from './migration.ts'

/** The text of a configuration in today's form; the same text when it has it already. */
export function migrateText(
  text: string,
  migrations: readonly ConfigMigration[] = allConfigMigrations,
): string {
  return migrations.reduce((current, migration) => migration.apply(current), text)
}
