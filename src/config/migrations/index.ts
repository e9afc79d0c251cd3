import type { ConfigMigration } from './migration.ts'

/** Every migration of `signpost.yaml`, the oldest first. No released key has changed its name so far. */
export const allConfigMigrations: readonly ConfigMigration[] = []
