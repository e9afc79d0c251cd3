import { z } from 'zod'
import { BackendFailure } from '../failure.ts'
import { keepFor } from '../keep-for.ts'
import type { BackendContext } from '../kind.ts'
import type { PersonRules } from '../person.ts'
import { readRows } from '../read-rows.ts'
import type { DirectoryDatabase, SqlValues } from '../sql/database.ts'
import type { WordpressConfig } from './config.ts'
import { isUnmarked } from './marks.ts'

/** The tables of a site, as statements name them. */
export interface SiteTables {
  readonly users: string
  readonly meta: string
  /** Condition on `users u`: accounts that are in use. */
  readonly isActive: string
}

/** The database of a site, as the questions of this kind use it. */
export interface WordpressSite {
  readonly database: DirectoryDatabase
  readonly rules: PersonRules
  /** Column that holds the user. */
  readonly userColumn: WordpressConfig['userColumn']
  /** Whether fields with phone numbers are named. */
  readonly hasPhones: boolean
  /** Values that `selectUsers` wants. */
  readonly values: SqlValues
  tables(signal: AbortSignal): Promise<SiteTables>
}

/** A site becomes a network of sites seldom, and then for good. */
const MAX_AGE_MS = 5 * 60_000

const columnRow = z.object({ name: z.string() })

export function openSite(
  database: DirectoryDatabase,
  config: WordpressConfig,
  { domain, clock }: Pick<BackendContext, 'domain' | 'clock'>,
): WordpressSite {
  const { tablePrefix: prefix, userColumn, phoneMeta } = config
  return {
    database,
    userColumn,
    hasPhones: phoneMeta.length > 0,
    rules: personRules(config, domain),
    values: { phoneMeta, capabilities: `${prefix}capabilities` },
    tables: keepFor(MAX_AGE_MS, clock, (signal) => probe(database, prefix, signal)),
  }
}

export function personRules({ unsuitable, defaultCountry }: WordpressConfig, domain: string): PersonRules {
  return { domain, userType: 'localpart', unsuitable, defaultCountry }
}

/** The section has checked that the prefix is of letters, digits and _: it can stand in a statement. */
async function probe(database: DirectoryDatabase, prefix: string, signal: AbortSignal): Promise<SiteTables> {
  const [users, meta] = [`${prefix}users`, `${prefix}usermeta`]
  const text = `
    SELECT column_name AS name FROM information_schema.columns
    WHERE table_schema = database() AND table_name IN (:users, :meta)`
  const rows = await database.query(text, { users, meta }, signal)
  const columns = new Set(readRows(columnRow, rows, 'WordPress').map(({ name }) => name))
  // The database shows only what its user may read.
  if (!columns.has('user_login') || !columns.has('umeta_id')) {
    throw new BackendFailure(
      'configuration',
      `The tables ${users} and ${meta} of WordPress are not there, or may not be read.`,
      'Correct connection.database and tablePrefix (wp-config.php has both), and grant SELECT on both tables.',
    )
  }
  return { users, meta, isActive: await isUnmarked(database, users, columns, signal) }
}
