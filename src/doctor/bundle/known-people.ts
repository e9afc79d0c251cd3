import { sql, type Kysely } from 'kysely'
import type { Database } from '../../storage/schema.ts'
import { jsonRows } from '../../storage/json-rows.ts'
import { commonWords } from './common-words.ts'

const SHORTEST = 3

/** Where Matrix IDs stand. */
const places: readonly (readonly [keyof Database, string])[] = [
  ['associations', 'mxid'],
  ['directory_entries', 'mxid'],
  ['directory_people', 'mxid'],
  ['accounts', 'user_id'],
  ['invitations', 'sender'],
  ['invitations', 'resolved_mxid'],
]

/** Of all words in some texts those that are localparts of people in the database. Lower case. */
export async function knownPeople(
  db: Kysely<Database>,
  domain: string,
  texts: Iterable<string>,
): Promise<ReadonlySet<string>> {
  const ids = [...wordsIn(texts)].map((word) => [`@${word}:${domain}`])
  const known = new Set<string>()
  for (const [table, column] of places) {
    // All at once: these columns have no index, so that each question reads its table.
    const { rows } = await sql<{
      id: string
    }>`select distinct ${sql.ref(column)} as id from ${sql.table(table)}
      where ${sql.ref(column)} in (select value ->> 0 from ${jsonRows(db, ids)})`.execute(db)
    for (const { id } of rows) known.add(id.slice(1, id.indexOf(':')))
  }
  return known
}

function wordsIn(texts: Iterable<string>): ReadonlySet<string> {
  const words = new Set<string>()
  for (const text of texts) {
    for (const [word] of text.toLowerCase().matchAll(/[\p{L}\p{N}][\p{L}\p{N}._-]*/gu)) {
      const bare = word.replace(/[._-]+$/, '')
      if (bare.length >= SHORTEST && !/^\d+$/.test(bare) && !commonWords.has(bare)) words.add(bare)
    }
  }
  return words
}
