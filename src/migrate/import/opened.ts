import type { SourceData, LeftTable } from './data.ts'
import type { SourceDatabase } from './database/source-database.ts'
import type { ImportedKeys } from './keys.ts'
import type { SettingsDraft } from './settings/draft.ts'
import type { ImportedTemplates } from './templates.ts'

/** Another server with its files open for reading. */
export interface OpenedImport {
  /** Its configuration file. */
  readonly configPath: string
  readonly domain: string
  readonly settings: SettingsDraft
  /** Null when the operator goes without. */
  readonly keys: ImportedKeys | null
  readonly templates: ImportedTemplates
  /** Null when the configuration names none, or the file is not there. */
  readonly database: SourceDatabase | null
  readonly data: SourceData
  /**
   * When the other server last heard of the homeserver as its application service, in milliseconds since the epoch; null:
   * never.
   */
  readonly heardUntil: number | null
  readonly leftTables: readonly LeftTable[]
  /** Sentences that belong above everything else. */
  readonly warnings: readonly string[]
  close(): Promise<void>
}

export interface OpenOptions {
  /** `matrix.domain` of signpost.yaml; null when it does not say. */
  readonly ownDomain: string | null
  /** Milliseconds. */
  readonly expireAfter: number
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** Tables that hold nothing for Signpost; those without rows are not worth a line. */
export async function countLeft(
  database: SourceDatabase,
  reasons: Readonly<Record<string, string>>,
): Promise<readonly LeftTable[]> {
  const left: LeftTable[] = []
  for (const [table, reason] of Object.entries(reasons)) {
    const rows = await database.count(table)
    if (rows > 0) left.push({ table, rows, reason })
  }
  return left
}

/** A source without a database, or without a kind of rows. */
export async function* nothing(): AsyncGenerator<never> {
  // No pages.
}
