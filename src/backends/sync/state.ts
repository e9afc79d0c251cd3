import { hash } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { Database, DirectorySyncTable } from '../../storage/schema.ts'
import type { BackendConfig } from '../sections.ts'

/** Why a sync failed, as it is kept and shown. */
export interface SyncFailure {
  readonly code: string
  readonly message: string
  readonly fix: string
}

/** What is known of the syncs of one backend. */
export type SyncState = DirectorySyncTable

export async function readSyncState(db: Kysely<Database>, source: string): Promise<SyncState | null> {
  const row = await db
    .selectFrom('directory_syncs')
    .selectAll()
    .where('source', '=', source)
    .executeTakeFirst()
  return row ?? null
}

/** Sources that have a mirror, whether or not they are still configured. */
export async function mirroredSources(db: Kysely<Database>): Promise<readonly string[]> {
  const rows = await db.selectFrom('directory_syncs').select('source').execute()
  return rows.map(({ source }) => source)
}

export async function updateSyncState(
  db: Kysely<Database>,
  source: string,
  change: Partial<Omit<SyncState, 'source'>>,
): Promise<void> {
  const empty: SyncState = {
    source,
    settings: '',
    cursor: null,
    started_at: null,
    finished_at: null,
    succeeded_at: null,
    full_at: null,
    failure: null,
    failures: 0,
    people: 0,
    addresses: 0,
    added: 0,
    changed: 0,
    removed: 0,
    rejected: 0,
    conflicts: 0,
  }
  await db
    .insertInto('directory_syncs')
    .values({ ...empty, ...change })
    .onConflict((conflict) => conflict.column('source').doUpdateSet(change))
    .execute()
}

/** Switches and times change nothing in what a directory says; everything else asks for a full listing. */
const unrelated: ReadonlySet<string> = new Set(['enabled', 'uses', 'timeout', 'sync'])

/** A digest in the database would let whoever steals it try passwords; another password reads the same people. */
const secretName = /password|secret|token|headers|credentials|key$/i

/** Tells whether a mirror was made under the same settings. */
export function settingsDigest(config: BackendConfig, domain: string): string {
  const related = Object.entries(config).filter(([name]) => !unrelated.has(name))
  const withoutSecrets = (name: string, value: unknown) => (secretName.test(name) ? null : value)
  return hash('sha256', JSON.stringify([domain, related], withoutSecrets), 'base64url').slice(0, 22)
}
