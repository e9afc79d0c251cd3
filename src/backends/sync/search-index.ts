import { sql, type RawBuilder, type Transaction } from 'kysely'
import { jsonRows } from '../../storage/json-rows.ts'
import type { Database } from '../../storage/schema.ts'
import type { Person } from '../person.ts'
import { searchWordsOf } from '../search-words.ts'

interface Indexed {
  readonly key: string
  /** Null: found under nothing. */
  readonly person: Person | null
}

/** Brings the words under which these people are found up to date, within the transaction that changes the people. */
export async function indexPeople(
  tx: Transaction<Database>,
  source: string,
  people: readonly Indexed[],
): Promise<void> {
  await dropPeople(
    tx,
    source,
    people.map(({ key }) => key),
  )
  const known = people.flatMap(({ key, person }) => (person === null ? [] : [{ key, person }]))
  if (known.length === 0) return
  const rows = jsonRows(
    tx,
    known.map(({ key, person }) => [key, person.mxid, person.displayName]),
  )
  const inserted = await sql<{
    id: number
    key: string
  }>`insert into search_people (source, key, mxid, display_name)
    select ${source}, value ->> 0, value ->> 1, value ->> 2 from ${rows} where true returning id, key`.execute(
    tx,
  )
  const ids = new Map(inserted.rows.map(({ id, key }) => [key, String(id)]))
  const words = jsonRows(
    tx,
    known.flatMap(({ key, person }) =>
      searchWordsOf(person).map(({ kind, word }) => [ids.get(key) ?? null, kind, word]),
    ),
  )
  await sql`insert into search_words (person, word, kind)
    select cast(value ->> 0 as bigint), value ->> 2, value ->> 1 from ${words} where true`.execute(tx)
}

/** Forgets people, in the transaction that removes them. */
export async function dropPeople(
  tx: Transaction<Database>,
  source: string,
  keys: readonly string[],
): Promise<void> {
  const dropped = await sql<{ id: number }>`delete from search_people
    where source = ${source} and key in ${listOf(tx, keys)} returning id`.execute(tx)
  if (dropped.rows.length === 0) return
  const ids = listOf(
    tx,
    dropped.rows.map(({ id }) => String(id)),
    sql`cast(value ->> 0 as bigint)`,
  )
  await sql`delete from search_words where person in ${ids}`.execute(tx)
}

function listOf(
  tx: Transaction<Database>,
  values: readonly string[],
  read: RawBuilder<unknown> = sql`value ->> 0`,
): RawBuilder<unknown> {
  const rows = jsonRows(
    tx,
    values.map((value) => [value]),
  )
  return sql`(select ${read} from ${rows})`
}
