import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import pg from 'pg'
import { inject } from 'vitest'
import { mariadbUnavailable, startMariadb } from '../../../support/mariadb.ts'
import { createTempDir, removeTempDir } from '../../../support/temp-dir.ts'
import type { BackendInput } from '../../support/context.ts'

export type ConnectionInput = Extract<BackendInput, { type: 'sql' }>['connection']
type Cell = string | number | null

/** Somebody else's database, with an administrator's way into it. */
export interface PeopleDatabase {
  /** As it stands in `signpost.yaml`. */
  readonly connection: ConnectionInput
  execute(...statements: readonly string[]): Promise<void>
  insert(table: string, rows: readonly (readonly Cell[])[]): Promise<void>
  stop(): Promise<void>
}

export interface PeopleDatabaseKind {
  readonly kind: 'sqlite' | 'postgres' | 'mariadb'
  /** For `describeWith`. */
  readonly unavailable: string | null
  start(): Promise<PeopleDatabase>
}

export const peopleDatabases: readonly PeopleDatabaseKind[] = [
  { kind: 'sqlite', unavailable: null, start: startSqlite },
  {
    kind: 'postgres',
    unavailable: inject('postgresUrl') === null ? 'it is not installed' : null,
    start: startPostgresDatabase,
  },
  { kind: 'mariadb', unavailable: mariadbUnavailable(), start: startMariadbDatabase },
]

/** In WAL mode and kept open, as the program that it belongs to would. */
async function startSqlite(): Promise<PeopleDatabase> {
  const folder = await createTempDir('people')
  const path = join(folder, 'people.db')
  const db = new Database(path)
  db.pragma('journal_mode = wal')
  return {
    connection: { type: 'sqlite', path },
    async execute(...statements) {
      for (const statement of statements) db.exec(statement)
    },
    async insert(table, rows) {
      const marks = (rows[0] ?? []).map(() => '?').join(', ')
      const insert = db.prepare(`insert into ${table} values (${marks})`)
      db.transaction(() => rows.forEach((row) => insert.run(...row)))()
    },
    async stop() {
      db.close()
      await removeTempDir(folder)
    },
  }
}

async function startPostgresDatabase(): Promise<PeopleDatabase> {
  const url = new URL(inject('postgresUrl') ?? '')
  const name = `people_${randomBytes(6).toString('hex')}`
  await administrate(url.href, `create database ${name}`)
  url.pathname = `/${name}`
  const client = new pg.Client({ connectionString: url.href })
  client.on('error', () => {})
  await client.connect()
  return {
    connection: {
      type: 'postgres',
      socket: url.searchParams.get('host') ?? '',
      database: name,
      user: 'signpost',
    },
    async execute(...statements) {
      for (const statement of statements) await client.query(statement)
    },
    async insert(table, rows) {
      for (const row of rows) {
        const marks = row.map((_, i) => `$${i + 1}`).join(', ')
        await client.query(`insert into ${table} values (${marks})`, [...row])
      }
    },
    async stop() {
      await client.end()
      await administrate(inject('postgresUrl') ?? '', `drop database ${name} with (force)`)
    },
  }
}

async function administrate(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(statement)
  await client.end()
}

async function startMariadbDatabase(): Promise<PeopleDatabase> {
  const server = await startMariadb()
  await server.execute(['create database people character set utf8mb4'])
  const connection = await server.connect('people')
  return {
    connection: { type: 'mariadb', port: server.port, database: 'people', ...server.reader },
    async execute(...statements) {
      for (const statement of statements) await connection.query(statement)
    },
    async insert(table, rows) {
      if (rows.length > 0) await connection.query(`insert into ${table} values ?`, [rows])
    },
    async stop() {
      await connection.end()
      await server.stop()
    },
  }
}
