import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import pg from 'pg'
import { inject } from 'vitest'

export type SourceValue = string | number | null | Latin1
export type SourceRows = readonly Readonly<Record<string, SourceValue>>[]

/** A text whose bytes are ISO 8859-1, as an old program may have stored it. */
export class Latin1 {
  readonly hex: string
  constructor(text: string) {
    this.hex = Buffer.from(text, 'latin1').toString('hex')
  }
}

/** Tables of another server, in a database of its own. */
export interface SourceFixture {
  readonly kind: 'sqlite' | 'postgres'
  /** For `ImportSource.database`. */
  readonly location: string
  dispose(): Promise<void>
}

/** Column types by table and column, in words that both databases understand. */
export type Tables = Readonly<Record<string, { readonly columns: string; readonly rows: SourceRows }>>

export const sourceKinds = () =>
  [
    { kind: 'sqlite', unavailable: null },
    { kind: 'postgres', unavailable: inject('postgresUrl') === null ? 'it is not installed' : null },
  ] as const

/** @param quoted whether PostgreSQL keeps capital letters in the names of columns, as ORMLite has it */
export async function createSource(
  kind: 'sqlite' | 'postgres',
  folder: string,
  name: string,
  tables: Tables,
  quoted: boolean,
): Promise<SourceFixture> {
  return kind === 'sqlite' ? createSqlite(join(folder, name), tables) : await createPostgres(tables, quoted)
}

function createSqlite(location: string, tables: Tables): SourceFixture {
  const db = new Database(location)
  for (const [table, { columns, rows }] of Object.entries(tables)) {
    db.exec(`create table ${table} (${columns})`)
    for (const row of rows) {
      const names = Object.keys(row)
      const values = Object.values(row).map((value) =>
        value instanceof Latin1 ? `cast(x'${value.hex}' as text)` : '?',
      )
      const bound = Object.values(row).filter((value) => !(value instanceof Latin1))
      db.prepare(`insert into ${table} (${names.join(', ')}) values (${values.join(', ')})`).run(...bound)
    }
  }
  db.close()
  return { kind: 'sqlite', location, dispose: async () => {} }
}

/** Without an encoding of its own, so that it holds bytes of any, as databases do that have lived long. */
async function createPostgres(tables: Tables, quoted: boolean): Promise<SourceFixture> {
  const maintenance = inject('postgresUrl')
  if (maintenance === null) throw new Error('PostgreSQL is not installed')
  const name = `source_${randomBytes(6).toString('hex')}`
  await execute(maintenance, [
    `create database ${name} encoding 'SQL_ASCII' template template0 lc_collate 'C' lc_ctype 'C'`,
  ])
  const url = new URL(maintenance)
  url.pathname = `/${name}`
  const column = (text: string) => (quoted ? `"${text}"` : text)
  const statements = Object.entries(tables).flatMap(([table, { columns, rows }]) => [
    `create table ${table} (${toPostgres(columns, column)})`,
    ...rows.map((row) => {
      const names = Object.keys(row).map(column)
      const values = Object.values(row).map(literal)
      return `insert into ${table} (${names.join(', ')}) values (${values.join(', ')})`
    }),
  ])
  await execute(url.href, statements)
  return {
    kind: 'postgres',
    location: url.href,
    dispose: () => execute(maintenance, [`drop database ${name} with (force)`]),
  }
}

const toPostgres = (columns: string, column: (text: string) => string) =>
  columns
    .split(/,\s*/)
    .map((each) => {
      const [name = '', type = ''] = each.split(/\s+(.*)/s)
      return `${column(name)} ${type.replace(/^integer$/i, 'bigint').replace(/^boolean$/i, 'smallint')}`
    })
    .join(', ')

function literal(value: SourceValue): string {
  if (value === null) return 'null'
  if (value instanceof Latin1) return `convert_from('\\x${value.hex}', 'SQL_ASCII')`
  return typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`
}

async function execute(url: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}
