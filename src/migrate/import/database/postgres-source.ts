import pg from 'pg'
import { systemErrorCode } from '../../../config/file-error.ts'
import {
  catalogOf,
  type Catalog,
  PAGE_ROWS,
  quoted,
  selection,
  unreachable,
  type SourceDatabase,
  type SourceRow,
} from './source-database.ts'

const CONNECT_MS = 10_000
/** One page, or one count, of a large table on a slow disk. */
const QUERY_MS = 120_000

/**
 * The PostgreSQL database of another program, in one read-only transaction: everything is read as it was at one moment,
 * and nobody who writes waits for it.
 */
export async function openPostgresSource(url: string): Promise<SourceDatabase> {
  const what = nameOf(url)
  const client = new pg.Client({
    connectionString: url,
    application_name: 'signpost import',
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: QUERY_MS,
    keepAlive: true,
    types: { getTypeParser },
  })
  // What breaks an idle connection is told by the next query.
  client.on('error', () => {})
  const query = async <T extends object>(text: string): Promise<T[]> => {
    try {
      return (await client.query<T>(text)).rows
    } catch (cause) {
      throw unreachable(what, systemErrorCode(cause), cause)
    }
  }
  try {
    await client.connect()
    // A database without an encoding holds bytes of any; asked for UTF-8, the server would refuse a whole page for one.
    const [server] = await query<{ server_encoding: string }>('show server_encoding')
    if (server?.server_encoding === 'SQL_ASCII') await query("set client_encoding to 'SQL_ASCII'")
    await query('begin transaction isolation level repeatable read read only')
    const columns = await query<{ t: string; c: string; numeric: boolean }>(
      `select table_name as t, column_name as c, numeric_precision is not null as numeric from information_schema.columns
       where table_schema = any (current_schemas(false)) order by ordinal_position`,
    )
    const catalog = catalogOf(columns.map(({ t, c }) => [t, c] as const))
    const numbered = columns.filter(({ c, numeric }) => c === 'id' && numeric).map(({ t }) => t)
    return createSource(client, query, catalog, new Set(numbered))
  } catch (cause) {
    await client.end().catch(() => {})
    throw unreachable(what, systemErrorCode(cause), cause)
  }
}

function createSource(
  client: pg.Client,
  query: <T extends object>(text: string) => Promise<T[]>,
  catalog: Catalog,
  numbered: ReadonlySet<string>,
): SourceDatabase {
  const nameIn = (table: string) => quoted(catalog.get(table)?.table ?? table)
  let cursors = 0
  return {
    kind: 'postgres',
    has: (table) => catalog.has(table),
    async count(table) {
      if (!catalog.has(table)) return 0
      const [row] = await query<{ n: number }>(`select count(*) as n from ${nameIn(table)}`)
      return row?.n ?? 0
    },
    async *rows(table, columns) {
      if (!catalog.has(table)) return
      const cursor = `signpost_${cursors++}`
      // Where nothing numbers the rows, their place in the table is nearest to the order in which they came.
      const order = numbered.has(table) ? 'order by "id" desc' : 'order by ctid desc'
      await query(
        `declare ${cursor} no scroll cursor for select ${selection(catalog, table, columns)} from ${nameIn(table)} ${order}`,
      )
      for (;;) {
        const rows = await query<Record<string, unknown>>(`fetch ${PAGE_ROWS} from ${cursor}`)
        if (rows.length > 0) yield rows as readonly SourceRow[]
        if (rows.length < PAGE_ROWS) break
      }
      await query(`close ${cursor}`)
    },
    close: () => client.end().catch(() => {}),
  }
}

/** Without the password. */
function nameOf(url: string): string {
  const { host = '', pathname = '' } = URL.parse(url) ?? {}
  return `the PostgreSQL database ${host}${pathname}`
}

/** `int8` as a number, as SQLite gives it; what a number cannot hold stays a text, which no schema of ours takes for a time. */
function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (oid !== pg.types.builtins.INT8) return pg.types.getTypeParser(oid, format)
  return (text) => (Number.isSafeInteger(Number(text)) ? Number(text) : text)
}
