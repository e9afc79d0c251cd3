import type { Clock } from '../../runtime.ts'
import type { DirectoryDatabase } from '../sql/database.ts'
import type { SqlValues } from '../sql/values.ts'
import type { Outline } from './accounts.ts'
import type { SynapseConfig } from './config.ts'
import { createSchemaReader } from './schema.ts'

/** The database of a Synapse, as the questions of this kind use it. */
export interface SynapseDirectory {
  readonly database: DirectoryDatabase
  /** The Matrix domain. */
  readonly domain: string
  /** What statements are made of; looks at the tables first where that is long ago. */
  outline(signal: AbortSignal): Promise<Outline>
  /** Values that the pieces of statements in `accounts.ts` want. */
  readonly values: SqlValues
}

export function openSynapseDirectory(
  database: DirectoryDatabase,
  config: SynapseConfig,
  { domain, clock }: { readonly domain: string; readonly clock: Clock },
): SynapseDirectory {
  const readSchema = createSchemaReader(database, config.addresses, clock)
  const dialect = database.dialect === 'sqlite' ? 'sqlite' : 'postgres'
  return {
    database,
    domain,
    values: { suffix: `:${domain}`, idServers: config.idServers.map((name) => name.toLowerCase()) },
    outline: async (signal) => ({ schema: await readSchema(signal), config, dialect }),
  }
}
