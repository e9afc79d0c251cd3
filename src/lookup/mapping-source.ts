import type { Client, QueryResult } from 'pg'
import type { Medium } from '../matrix/threepid.ts'

/** The database a build thread opens for itself, read-only. */
export type MappingSource = { type: 'sqlite'; file: string } | { type: 'postgres'; url: string }

export interface MappingReader {
  /** An upper bound of the mappings that follow, once, before the first. */
  expect(count: number): void
  /** One mapping. The first mapping of an address is the one that counts: associations, then backends in order. */
  mapping(medium: Medium, address: string, mxid: string): void
}

interface ReadOrder {
  readonly source: MappingSource
  readonly backends: readonly string[]
  /** False leaves own associations out. */
  readonly associations: boolean
  /** Milliseconds; associations outside their validity window are left out. */
  readonly now: number
}

const PAGE = 20_000

/** Reads all mappings in one snapshot of the database. Returns the change sequence of that snapshot. */
export async function readMappings(order: ReadOrder, reader: MappingReader): Promise<number> {
  return order.source.type === 'sqlite'
    ? await readSqlite(order.source.file, order, reader)
    : await readPostgres(order.source.url, order, reader)
}

const countQuery =
  'select (select count(*) from associations) + (select count(*) from directory_entries) as n'
/** Of several people with one address the smallest Matrix ID is the answer; the groups follow the primary key. */
const entryQuery = 'select medium, address, min(mxid) from directory_entries where source'
const entryGroups = 'group by medium, address'
const seqQuery = 'select coalesce(max(seq), 0) as seq from mapping_changes'

async function readSqlite(file: string, order: ReadOrder, reader: MappingReader): Promise<number> {
  const { default: Sqlite } = await import('better-sqlite3')
  const database = new Sqlite(file, { readonly: true })
  try {
    database.exec('begin')
    const seq = database.prepare(seqQuery).pluck().get() as number
    reader.expect(database.prepare(countQuery).pluck().get() as number)
    const associations = database
      .prepare('select medium, address, mxid from associations where not_before <= ? and not_after > ?')
      .raw()
    if (order.associations) {
      for (const row of associations.iterate(order.now, order.now)) reader.mapping(...(row as Row))
    }
    const entries = database.prepare(`${entryQuery} = ? ${entryGroups}`).raw()
    for (const backend of order.backends) {
      for (const row of entries.iterate(backend)) reader.mapping(...(row as Row))
    }
    return seq
  } finally {
    database.close()
  }
}

type Row = [medium: Medium, address: string, mxid: string]

async function readPostgres(url: string, order: ReadOrder, reader: MappingReader): Promise<number> {
  const { default: pg } = await import('pg')
  const client = new pg.Client({ connectionString: url, application_name: 'signpost index build' })
  await client.connect()
  try {
    await client.query('begin transaction isolation level repeatable read read only')
    const seq = Number((await client.query(seqQuery)).rows[0].seq)
    reader.expect(Number((await client.query(countQuery)).rows[0].n))
    const associations =
      'select medium, address, mxid from associations where not_before <= $1 and not_after > $1'
    if (order.associations) await eachRow(client, associations, [order.now], reader)
    for (const backend of order.backends) {
      await eachRow(client, `${entryQuery} = $1 ${entryGroups}`, [backend], reader)
    }
    return seq
  } finally {
    await client.end()
  }
}

/** Pages through a query with a server-side cursor, so that a million rows never stand in memory at once. */
async function eachRow(
  client: Client,
  query: string,
  values: unknown[],
  reader: MappingReader,
): Promise<void> {
  await client.query(`declare mappings no scroll cursor for ${query}`, values)
  for (;;) {
    const page: QueryResult<Row> = await client.query({
      text: `fetch ${PAGE} from mappings`,
      rowMode: 'array',
    })
    for (const row of page.rows) reader.mapping(...row)
    if (page.rows.length < PAGE) break
  }
  await client.query('close mappings')
}
