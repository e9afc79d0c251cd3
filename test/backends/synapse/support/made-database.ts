import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import pg from 'pg'
import { inject } from 'vitest'
import { createTempDir } from '../../../support/temp-dir.ts'
import { schoolDomain, type SchoolPerson } from '../../support/school.ts'
import type { BackendInput } from '../../support/context.ts'
import { synapseTables, type Generation } from './synapse-tables.ts'

type SynapseInput = Extract<BackendInput, { type: 'synapse' }>

/** A database with the tables of a Synapse, open for writing like Synapse itself has it. */
export interface MadeDatabase {
  readonly connection: SynapseInput['connection']
  run(text: string): Promise<void>
  insert(table: string, row: Readonly<Record<string, Cell>>): Promise<void>
  close(): Promise<void>
}

type Cell = string | number | boolean | null

export interface Engine {
  readonly name: 'SQLite' | 'PostgreSQL'
  readonly unavailable: string | null
  /** An empty database, as an operator makes one for Synapse. */
  empty(): Promise<MadeDatabase>
}

export const engines: readonly Engine[] = [
  { name: 'SQLite', unavailable: null, empty: emptySqlite },
  {
    name: 'PostgreSQL',
    unavailable: inject('postgresUrl') === null ? 'it is not installed' : null,
    empty: emptyPostgres,
  },
]

/** A database with Synapse's tables, and nobody in it. */
export async function makeDatabase(
  engine: Engine,
  generation: Generation = 'current',
): Promise<MadeDatabase> {
  const database = await engine.empty()
  for (const statement of synapseTables(generation)) await database.run(statement)
  return database
}

async function emptySqlite(): Promise<MadeDatabase> {
  const path = join(await createTempDir('made-synapse'), 'homeserver.db')
  const database = new Database(path)
  database.pragma('journal_mode = WAL')
  return {
    connection: { type: 'sqlite', path },
    async run(text) {
      database.exec(text)
    },
    async insert(table, row) {
      const values = Object.values(row).map((cell) => (typeof cell === 'boolean' ? Number(cell) : cell))
      database.prepare(insertText(table, row, () => '?')).run(...values)
    },
    async close() {
      database.close()
    },
  }
}

/** In the C locale, as Synapse demands it (its documentation, "Set up database"). */
async function emptyPostgres(): Promise<MadeDatabase> {
  const maintenance = inject('postgresUrl')
  if (maintenance === null) throw new Error('PostgreSQL is not installed')
  const name = `synapse_${randomBytes(6).toString('hex')}`
  const administrator = new pg.Client({ connectionString: maintenance })
  await administrator.connect()
  await administrator.query(`create database ${name} template template0 encoding UTF8 locale 'C'`)
  await administrator.end()
  const url = new URL(maintenance)
  url.pathname = `/${name}`
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  return {
    connection: {
      type: 'postgres',
      socket: url.searchParams.get('host') ?? '',
      database: name,
      user: url.searchParams.get('user') ?? '',
    },
    async run(text) {
      await client.query(text)
    },
    async insert(table, row) {
      await client.query(
        insertText(table, row, (index) => `$${index + 1}`),
        Object.values(row),
      )
    },
    close: () => client.end(),
  }
}

function insertText(table: string, row: object, placeholder: (index: number) => string): string {
  const columns = Object.keys(row)
  return `insert into ${table} (${columns.join(', ')}) values (${columns.map((_, i) => placeholder(i)).join(', ')})`
}

export interface Account {
  readonly localpart: string
  readonly name?: string | null
  readonly domain?: string
  readonly avatarUrl?: string
  /** As Synapse keeps them. */
  readonly threepids?: readonly (readonly [medium: string, address: string])[]
  /** Further columns of `users`. */
  readonly columns?: Readonly<Record<string, Cell>>
}

/** Writes an account as Synapse does. */
export async function addAccount(database: MadeDatabase, account: Account): Promise<string> {
  const { localpart, name = null, domain = schoolDomain, threepids = [], columns = {} } = account
  const userId = `@${localpart}:${domain}`
  await database.insert('users', { name: userId, creation_ts: 1_700_000_000, ...columns })
  await database.insert('profiles', {
    user_id: localpart,
    displayname: name,
    avatar_url: account.avatarUrl ?? null,
  })
  for (const [medium, address] of threepids) {
    await database.insert('user_threepids', { user_id: userId, medium, address })
  }
  return userId
}

/** The school as its Synapse has it: e-mail addresses folded, phone numbers as digits. */
export async function addSchool(database: MadeDatabase, people: readonly SchoolPerson[]): Promise<void> {
  for (const { localpart, name, canonical } of people) {
    await addAccount(database, { localpart, name, threepids: canonical })
  }
}
