import { sql, type Expression, type Kysely, type SqlBool, type Transaction } from 'kysely'
import { kindOf } from '../../storage/dialect.ts'
import type { Database } from '../../storage/schema.ts'
import type { Person } from './person.ts'

/** One kind of thing that is kept of people. */
export interface Holding {
  /** Name of the table, or of a part of it. */
  readonly name: string
  /** What it is, as a phrase for a report. */
  readonly title: string
  /** The rows, without secrets (tokens, codes, private keys). */
  find(db: Kysely<Database>): Promise<readonly object[]>
  /** Removes them; null where they stay. */
  readonly erase: ((tx: Transaction<Database>) => Promise<void>) | null
  /** Why they stay, as a sentence. */
  readonly staysBecause: string | null
}

export interface HoldingOptions {
  readonly person: Person
  /** Ids of the backends whose rows are Signpost's own (`list`); the others are copies of a directory. */
  readonly ownSources: readonly string[]
  /** What stands for each address of the person in the activity log. */
  readonly subjects: readonly string[]
}

export function holding(
  name: string,
  title: string,
  rest: Pick<Holding, 'find' | 'erase'> & { readonly staysBecause?: string },
): Holding {
  return { name, title, staysBecause: null, ...rest }
}

/** PostgreSQL knows no empty list; nothing that is asked for here is an empty text. */
export const orNobody = (texts: readonly string[]) => (texts.length === 0 ? [''] : texts)

/** Whether the payload names the person: with quotation marks, so that nobody is taken for somebody with a longer name. */
export function mentions(db: Kysely<Database>, person: Person): Expression<SqlBool> {
  return contains(
    db,
    ['payload'],
    namesOf(person).map((name) => JSON.stringify(name)),
  )
}

export const namesOf = ({ mxids, addresses }: Person) => [
  ...mxids,
  ...addresses.map(({ address }) => address),
]

export function contains(
  db: Kysely<Database>,
  columns: readonly string[],
  texts: readonly string[],
): Expression<SqlBool> {
  const position = sql.raw(kindOf(db) === 'postgres' ? 'strpos' : 'instr')
  const found = columns.flatMap((column) =>
    texts.map((text) => sql<SqlBool>`${position}(coalesce(${sql.ref(column)}, ''), ${text}) > 0`),
  )
  return found.length === 0 ? sql<SqlBool>`1 = 0` : sql<SqlBool>`(${sql.join(found, sql` or `)})`
}
