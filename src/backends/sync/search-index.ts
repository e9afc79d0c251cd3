import { sql, type RawBuilder, type Transaction } from 'kysely'
import { jsonRows } from '../../storage/json-rows.ts'
import type { Database } from '../../storage/schema.ts'
import type { Person } from '../person.ts'
import { readWords, searchWordsOf, sortNameOf, writeWords, type SearchWord } from '../search-words.ts'

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
  const known = people.flatMap(({ key, person }) =>
    person === null ? [] : [{ key, person, words: searchWordsOf(person) }],
  )
  if (known.length === 0) return
  const rows = jsonRows(
    tx,
    known.map(({ key, person, words }) => [
      key,
      person.mxid,
      person.displayName,
      sortNameOf(person),
      writeWords(words),
    ]),
  )
  const inserted = await sql<{
    id: number
    key: string
  }>`insert into search_people (source, key, mxid, display_name, sort, words)
    select ${source}, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 from ${rows} where true
    returning id, key`.execute(tx)
  const ids = new Map(inserted.rows.map(({ id, key }) => [key, id]))
  const entries = known.flatMap(({ key, person, words }) =>
    entriesOf(ids.get(key) ?? 0, sortNameOf(person), words),
  )
  // In the order of the index: neighbours are written together.
  await sql`insert into search_words (kind, word, sort, person) select * from ${entryRows(tx, entries)} as rows
    order by 1, 2, 3, 4`.execute(tx)
}

/** Forgets people, in the transaction that removes them. */
export async function dropPeople(
  tx: Transaction<Database>,
  source: string,
  keys: readonly string[],
): Promise<void> {
  const { rows: dropped } = await sql<Dropped>`delete from search_people
    where source = ${source} and key in (select value ->> 0 from ${jsonRows(
      tx,
      keys.map((key) => [key]),
    )}) returning id, sort, words`.execute(tx)
  if (dropped.length === 0) return
  const entries = dropped.flatMap(({ id, sort, words }) => entriesOf(id, sort, readWords(words)))
  await sql`delete from search_words where (kind, word, sort, person) in ${entryRows(tx, entries)}`.execute(
    tx,
  )
}

interface Dropped {
  readonly id: number
  readonly sort: string
  readonly words: string
}

type Entry = readonly [kind: string, word: string, sort: string, person: string]

function entriesOf(id: number, sort: string, words: readonly SearchWord[]): readonly Entry[] {
  return words.map(({ kind, word }) => [kind, word, sort, String(id)])
}

function entryRows(tx: Transaction<Database>, entries: readonly Entry[]): RawBuilder<unknown> {
  return sql`(select value ->> 0, value ->> 1, value ->> 2, cast(value ->> 3 as bigint) from ${jsonRows(tx, entries)})`
}
