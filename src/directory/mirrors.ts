import type { Kysely } from 'kysely'
import type { Database } from '../storage/schema.ts'

/** Backends of `sources` whose mirror is there, and has its words. */
export async function readySources(
  db: Kysely<Database>,
  sources: readonly string[],
): Promise<readonly string[]> {
  if (sources.length === 0) return []
  const rows = await db
    .selectFrom('directory_syncs')
    .select('source')
    .where('source', 'in', sources)
    .where('succeeded_at', 'is not', null)
    // Emptied by the migration that brought the words.
    .where('settings', '<>', '')
    .execute()
  const ready = new Set(rows.map(({ source }) => source))
  return sources.filter((source) => ready.has(source))
}

/** The mirrors that hold each of these users; who is in none is absent. */
export async function backendsHolding(
  db: Kysely<Database>,
  mxids: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (mxids.length === 0) return new Map()
  const rows = await db
    .selectFrom('search_people')
    .select(['mxid', 'source'])
    .where('mxid', 'in', mxids)
    .execute()
  const byUser = Map.groupBy(rows, ({ mxid }) => mxid)
  return new Map([...byUser].map(([mxid, found]) => [mxid, found.map(({ source }) => source)]))
}
