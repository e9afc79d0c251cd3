import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { WordKind } from '../backends/search-words.ts'
import type { Database } from '../storage/schema.ts'
import type { SearchTerm } from './term.ts'

/** Somebody whom a search has found. */
export interface FoundPerson {
  readonly mxid: string
  readonly displayName: string | null
  readonly avatarUrl: string | null
  /** The backend; null for the homeserver. */
  readonly source: string | null
  /** True when what was typed is one of the person's addresses. */
  readonly isAddress: boolean
}

export interface FindPeopleQuery {
  readonly term: SearchTerm
  /** Backends whose people may be found. */
  readonly sources: readonly string[]
  readonly kinds: readonly WordKind[]
  /** Most rows to read; a person can take several. */
  readonly limit: number
}

/** More than an answer holds, with some that are left out. */
const ENOUGH = 100

interface Row {
  readonly mxid: string
  readonly display_name: string | null
  readonly source: string
  readonly word: string
  readonly kind: WordKind
}

/**
 * People of mirrors by the beginnings of words: whole words first, then in the order of the alphabet, which is the order
 * of the index, so that no more of it is read than is wanted.
 */
export async function findPeople(
  db: Kysely<Database>,
  query: FindPeopleQuery,
): Promise<{ readonly people: readonly FoundPerson[]; readonly isLimited: boolean }> {
  const { term, limit } = query
  if (query.sources.length === 0) return { people: [], isLimited: false }
  const [rarest = '', ...others] = term.words.toSorted((one, other) => other.length - one.length)
  const byWhole = term.whole === null ? [] : await rowsOf(db, query, term.whole, [])
  const byName = others.length === 0 ? [] : await rowsOf(db, query, term.words.join(' '), [])
  // Nobody looks at more than these, which are the best.
  const isEnough = byName.length >= ENOUGH
  const byWords = isEnough ? [] : await rowsOf(db, query, rarest, others)
  const people = byPerson(term, [...byWhole, ...byName, ...byWords])
  return { people, isLimited: isEnough || byWords.length === limit || byWhole.length === limit }
}

/** Everybody once, by the first of their rows. */
function byPerson(term: SearchTerm, rows: readonly Row[]): readonly FoundPerson[] {
  const people = new Map<string, FoundPerson>()
  for (const { mxid, display_name, source, word, kind } of rows) {
    const former = people.get(mxid)
    const isTyped = word === term.whole || word === term.words[0]
    const isAddress = kind === 't' && isTyped && isWholeAddress(word)
    people.set(mxid, {
      mxid,
      displayName: former?.displayName ?? display_name,
      avatarUrl: null,
      source: former?.source ?? source,
      isAddress: isAddress || former?.isAddress === true,
    })
  }
  return [...people.values()]
}

const isWholeAddress = (word: string) => word.includes('@') || /^\d{7,}$/.test(word)

async function rowsOf(
  db: Kysely<Database>,
  { sources, kinds, limit }: FindPeopleQuery,
  beginning: string,
  others: readonly string[],
): Promise<readonly Row[]> {
  const wanted = sql.join(kinds)
  const also = others.map(
    (other) => sql`and exists (select 1 from search_words as o
      where o.person = w.person and ${begins(sql.ref('o.word'), other)} and o.kind in (${wanted}))`,
  )
  // `cross join` keeps SQLite from beginning with everybody of a backend (https://sqlite.org/optoverview.html#crossjoin).
  const { rows } = await sql<Row>`select p.mxid, p.display_name, p.source, w.word, w.kind
    from search_words as w cross join search_people as p
    where p.id = w.person and ${begins(sql.ref('w.word'), beginning)} and w.kind in (${wanted})
    and p.source in (${sql.join(sources)}) ${sql.join(also, sql` `)}
    order by w.word, w.kind, w.person limit ${limit}`.execute(db)
  return rows
}

/** A range of the index; `like` would not use it, and takes % and _ for something else. */
function begins(column: RawBuilder<unknown>, beginning: string): RawBuilder<unknown> {
  return sql`${column} >= ${beginning} and ${column} < ${`${beginning}\u{10ffff}`}`
}

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
