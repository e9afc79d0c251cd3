import { join } from 'node:path'
import type { Clock } from '../../runtime.ts'
import { configFileName, readConfigFile } from '../load.ts'
import { replaceConfigFile } from '../save.ts'
import { allConfigMigrations } from './index.ts'
import { migrateText } from './migrate-text.ts'
import type { ConfigMigration } from './migration.ts'

/**
 * Writes `signpost.yaml` in today's form where it has a former one, and keeps the former file in `archive/`. Answers
 * where that is; null when nothing had to be changed. A file that is read in its former form works as well, so that one
 * which cannot be written is no reason not to start. Throws `OperatorError`.
 */
export async function upgradeConfigFile(
  dataDir: string,
  clock: Clock,
  migrations: readonly ConfigMigration[] = allConfigMigrations,
): Promise<string | null> {
  const before = await readConfigFile(join(dataDir, configFileName))
  if (before === null) return null
  const after = migrateText(before, migrations)
  return after === before ? null : await replaceConfigFile(dataDir, before, after, clock)
}
