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
  await sql`insert into search_people (source, key, mxid, display_name)
    select ${source}, value ->> 0, value ->> 1, value ->> 2 from ${rows} where true`.execute(tx)
  const words = jsonRows(
    tx,
    known.flatMap(({ key, person }) => searchWordsOf(person).map(({ kind, word }) => [key, kind, word])),
  )
  await sql`insert into search_words (person, word, kind)
    select p.id, w.value ->> 2, w.value ->> 1 from ${words} as w
    join search_people as p on p.source = ${source} and p.key = w.value ->> 0`.execute(tx)
}

/** Forgets people, in the transaction that removes them. */
export async function dropPeople(
  tx: Transaction<Database>,
  source: string,
  keys: readonly string[],
): Promise<void> {
  const people = sql`source = ${source} and key in ${listOf(tx, keys)}`
  await sql`delete from search_words where person in (select id from search_people where ${people})`.execute(
    tx,
  )
  await sql`delete from search_people where ${people}`.execute(tx)
}

function listOf(tx: Transaction<Database>, keys: readonly string[]): RawBuilder<unknown> {
  const rows = jsonRows(
    tx,
    keys.map((key) => [key]),
  )
  return sql`(select value ->> 0 from ${rows})`
}
