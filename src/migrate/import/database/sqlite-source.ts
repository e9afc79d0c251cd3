import Database from 'better-sqlite3'
import { BackendFailure } from '../../../backends/failure.ts'
import { inspectFiles, whyNotOpen } from '../../../backends/sql/drivers/sqlite-files.ts'
import { systemErrorCode } from '../../../config/file-error.ts'
import { unreadable } from '../source.ts'
import {
  catalogOf,
  PAGE_ROWS,
  quoted,
  selection,
  unreachable,
  type SourceDatabase,
  type SourceRow,
} from './source-database.ts'

const BUSY_WAIT_MS = 5_000

/**
 * The SQLite file of another program, which may be running. Every page is a read of its own: between two of them nothing
 * holds a lock that the other program would have to wait for.
 */
export async function openSqliteSource(path: string): Promise<SourceDatabase> {
  const db = await openFile(path)
  const guarded = <T>(read: () => T): T => {
    try {
      return read()
    } catch (cause) {
      throw unreachable(path, systemErrorCode(cause), cause)
    }
  }
  const catalog = guarded(() => {
    const columns = db
      .prepare(
        "select t.name as t, c.name as c from sqlite_schema t, pragma_table_info(t.name) c where t.type = 'table'",
      )
      .raw()
      .all()
    return catalogOf(columns as [string, string][])
  })

  return {
    kind: 'sqlite',
    has: (table) => catalog.has(table),
    count: async (table) =>
      catalog.has(table)
        ? guarded(() =>
            Number(
              db
                .prepare(`select count(*) from ${quoted(table)}`)
                .pluck()
                .get(),
            ),
          )
        : 0,
    async *rows(table, columns) {
      if (!catalog.has(table)) return
      // Whatever the primary key is, SQLite numbers the rows in the order in which they came.
      const page = db.prepare(
        `select rowid as "#", ${selection(catalog, table, columns)} from ${quoted(table)}
         where rowid < ? order by rowid desc limit ${PAGE_ROWS}`,
      )
      let before = Number.MAX_SAFE_INTEGER
      for (;;) {
        const rows = guarded(() => page.all(before)) as SourceRow[]
        const last = rows.at(-1)
        if (last === undefined) return
        before = Number(last['#'])
        yield rows
      }
    },
    close: async () => void db.close(),
  }
}

async function openFile(path: string): Promise<Database.Database> {
  try {
    const problem = whyNotOpen(await inspectFiles(path))
    if (problem !== null) throw problem
    const db = new Database(path, { readonly: true, fileMustExist: true, timeout: BUSY_WAIT_MS })
    db.pragma('query_only = on')
    // A file of another kind is found now.
    db.prepare('select count(*) from sqlite_schema').all()
    return db
  } catch (cause) {
    if (cause instanceof BackendFailure) throw unreadable(path, cause.message, cause.fix, cause)
    const isNone = systemErrorCode(cause) === 'SQLITE_NOTADB'
    throw isNone
      ? unreadable(path, 'The file is not an SQLite database.', '--database names another one.', cause)
      : unreachable(path, systemErrorCode(cause), cause)
  }
}
