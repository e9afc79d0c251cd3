import { sql, type Kysely, type RawBuilder } from 'kysely'
import { MAX_SORT_CHARACTERS, type WordKind } from '../backends/search-words.ts'
import { kindOf } from '../storage/dialect.ts'
import type { Database } from '../storage/schema.ts'

/** A stretch of the index: one word, or all that begin with it. */
export interface Stretch {
  readonly kind: WordKind
  readonly word: string
  readonly isWhole: boolean
}

export interface IndexQuery {
  readonly stretches: readonly Stretch[]
  /** What else has to be among the words of a person: of each list, one. */
  readonly others: readonly (readonly Stretch[])[]
  /** Backends whose people are wanted. */
  readonly sources: readonly string[]
}

/** Where an entry stands in what is read. */
export interface IndexPlace {
  /** The word by which an entry stands where it does; empty where all have the same one. */
  readonly fit: string
  readonly sort: string
  readonly person: number
}

/** An entry of the index, with its person. */
export interface IndexRow extends IndexPlace {
  readonly kind: WordKind
  readonly mxid: string
  readonly display_name: string | null
  readonly source: string
  /** Of the person, see `writeWords`. */
  readonly words: string
}

/**
 * Of the next `size` entries of all stretches together, by word, then by name, those whose person is wanted. All is in the
 * order of the index, so no more of it is read than that.
 */
export async function readIndex(
  db: Kysely<Database>,
  { stretches, others, sources }: IndexQuery,
  after: IndexPlace | null,
  size: number,
): Promise<readonly IndexRow[]> {
  const position = sql.raw(kindOf(db) === 'postgres' ? 'strpos' : 'instr')
  const hasWord = ({ kind, word, isWhole }: Stretch) =>
    sql`${position}(p.words, ${`\n${kind}${word}${isWhole ? '\n' : ''}`}) > 0`
  // What an entry is sorted by holds all words of the name: this spares looking at most of those who lack one.
  const mayHave = ({ word }: Stretch) => sql`${position}(s.sort, ${word}) > 0`
  const own = others.filter((some) => some.every(({ kind }) => kind === 'n'))
  const wanted = [
    sql`p.id = s.person`,
    ...own.map((some) => sql`(${either(some.map(mayHave))} or length(s.sort) >= ${MAX_SORT_CHARACTERS})`),
    sql`p.source in (${sql.join(sources)})`,
    ...others.map((some) => sql`(${either(some.map(hasWord))})`),
  ]
  // `cross join` keeps SQLite from beginning with everybody of a backend (https://sqlite.org/optoverview.html#crossjoin).
  const { rows } =
    await sql<IndexRow>`select s.kind, s.fit, s.sort, s.person, p.mxid, p.display_name, p.source, p.words
    from (${nextEntries(stretches, after, size)} limit ${size}) as s cross join search_people as p
    where ${sql.join(wanted, sql` and `)} order by ${orderOf(stretches)}`.execute(db)
  return rows
}

/** The last of the next `size` entries; null where there are fewer. */
export async function skipIndex(
  db: Kysely<Database>,
  { stretches }: IndexQuery,
  after: IndexPlace | null,
  size: number,
): Promise<IndexPlace | null> {
  const { rows } =
    await sql<IndexPlace>`${nextEntries(stretches, after, size)} limit 1 offset ${size - 1}`.execute(db)
  return rows[0] ?? null
}

function nextEntries(
  stretches: readonly Stretch[],
  after: IndexPlace | null,
  size: number,
): RawBuilder<unknown> {
  const scans = stretches.map((stretch) => {
    const fit = stretch.isWhole ? sql`''` : sql.ref('word')
    const order = sql.raw(stretch.isWhole ? 'sort, person' : 'word, sort, person')
    return sql`select * from (select ${sql.lit(stretch.kind)} as kind, ${fit} as fit, sort, person
      from search_words where ${within(stretch)} ${beyond(stretch, after)} order by ${order} limit ${size}) as scan`
  })
  return sql`select * from (${sql.join(scans, sql` union all `)}) as s order by ${orderOf(stretches)}`
}

/** Where all have the same word, SQLite would not see that the index has the order already. */
const orderOf = (stretches: readonly Stretch[]) =>
  sql.raw(stretches.every(({ isWhole }) => isWhole) ? 's.sort, s.person' : 's.fit, s.sort, s.person')

const either = (conditions: readonly RawBuilder<unknown>[]) => sql.join(conditions, sql` or `)

/** How many entries these stretches have, counted up to `most`. */
export async function countEntries(
  db: Kysely<Database>,
  stretches: readonly Stretch[],
  most: number,
): Promise<number> {
  const scans = stretches.map(
    (stretch) =>
      sql`select * from (select 1 from search_words where ${within(stretch)} limit ${most}) as scan`,
  )
  const { rows } = await sql<{ count: number }>`select count(*) as count
    from (${sql.join(scans, sql` union all `)}) as counted`.execute(db)
  return Math.min(most, rows[0]?.count ?? 0)
}

/** A range of the index; `like` would not use it, and takes % and _ for something else. */
function within({ kind, word, isWhole }: Stretch): RawBuilder<unknown> {
  return isWhole
    ? sql`kind = ${kind} and word = ${word}`
    : sql`kind = ${kind} and word >= ${word} and word < ${`${word}\u{10ffff}`}`
}

function beyond({ isWhole }: Stretch, after: IndexPlace | null): RawBuilder<unknown> {
  if (after === null) return sql``
  const { fit, sort, person } = after
  return isWhole
    ? sql`and (sort, person) > (${sort}, ${person})`
    : sql`and (word, sort, person) > (${fit}, ${sort}, ${person})`
}
