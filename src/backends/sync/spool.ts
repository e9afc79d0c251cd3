import Sqlite from 'better-sqlite3'
import type { ListedPerson } from '../person.ts'

/** A person that differs from the mirror, and what the mirror will know them by. */
export interface ChangedPerson extends Omit<ListedPerson, 'record'> {
  readonly digest: string
}

/**
 * Holds what a listing changes until the listing is known to be whole. In a temporary file that SQLite removes by itself:
 * the first listing of a large directory does not fit into memory twice.
 */
export interface Spool {
  /** Of an entry that comes twice the last one counts. */
  put(people: readonly ChangedPerson[]): void
  readonly size: number
  /** Everything, `size` at a time, ordered by key. */
  pages(size: number): Generator<readonly ChangedPerson[]>
  close(): void
}

export function openSpool(): Spool {
  // An empty name is a private database on disk (https://sqlite.org/inmemorydb.html#temp_db).
  const database = new Sqlite('')
  database.exec('create table people (key text primary key, person text not null) strict, without rowid')
  const insert = database.prepare('insert or replace into people (key, person) values (?, ?)')
  const count = database.prepare('select count(*) from people').pluck()
  const next = database.prepare('select key, person from people where key > ? order by key limit ?')
  const putAll = database.transaction((people: readonly ChangedPerson[]) => {
    for (const person of people) insert.run(person.key, JSON.stringify(person))
  })
  return {
    put: (people) => putAll(people),
    get size() {
      return count.get() as number
    },
    *pages(size) {
      for (let after = ''; ;) {
        const rows = next.all(after, size) as { key: string; person: string }[]
        const last = rows.at(-1)
        if (last === undefined) return
        after = last.key
        yield rows.map(({ person }) => JSON.parse(person) as ChangedPerson)
      }
    },
    close: () => void database.close(),
  }
}
