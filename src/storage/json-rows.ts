import { sql } from 'kysely'
import type { Kysely, RawBuilder } from 'kysely'
import { kindOf } from './dialect.ts'
import type { Database } from './schema.ts'

/**
 * Many rows as one parameter, to stand after FROM: `value ->> 0` is the first text of each. A parameter for every value
 * takes several times as long, and on SQLite all other writers wait for it.
 */
export function jsonRows(
  db: Kysely<Database>,
  rows: readonly (readonly (string | null)[])[],
): RawBuilder<unknown> {
  const unpack = sql.raw(kindOf(db) === 'postgres' ? 'json_array_elements' : 'json_each')
  return sql`${unpack}(${JSON.stringify(rows)})`
}
