import { z } from 'zod'
import type { Clock } from '../../runtime.ts'
import { BackendFailure } from '../failure.ts'
import { keepFor } from '../keep-for.ts'
import { readRows } from '../read-rows.ts'
import { isYes, type DirectoryDatabase } from '../sql/database.ts'
import type { SynapseConfig } from './config.ts'

/** What of Synapse's tables is there and may be read. */
export interface SynapseSchema {
  /** Number of Synapse's database schema. */
  readonly version: number
  /** Whether `table.column` is there. */
  has(column: SynapseColumn): boolean
  /** Where names of rooms may be read: in Synapse's statistics, in the state of the rooms. */
  readonly roomNames: Readonly<Record<keyof typeof rooms, boolean>>
}

export type SynapseColumn = (typeof optional)[number]

/** Without these there is nothing to ask. */
const accounts = [
  'schema_version.version',
  'users.name',
  'users.is_guest',
  'users.appservice_id',
  'users.deactivated',
  'profiles.displayname',
  'profiles.avatar_url',
] as const

/** Needed for the addresses of accounts, and for published ones. */
const addressTables = {
  account: ['user_threepids.user_id', 'user_threepids.medium', 'user_threepids.address'],
  published: [
    'user_threepid_id_server.user_id',
    'user_threepid_id_server.medium',
    'user_threepid_id_server.address',
    'user_threepid_id_server.id_server',
  ],
} as const

/** Not every version of Synapse has these. Where they exist they must be readable: they tell who is left out. */
const optional = [
  'users.admin',
  'users.user_type',
  'users.approved',
  'users.locked',
  'users.suspended',
  'profiles.user_id',
  'profiles.full_user_id',
  'erased_users.user_id',
] as const

/** For names of rooms. A login that may read neither is good for everything else. */
const rooms = {
  statistics: ['room_stats_state.room_id', 'room_stats_state.name', 'room_stats_state.canonical_alias'],
  state: [
    'current_state_events.event_id',
    'current_state_events.room_id',
    'current_state_events.type',
    'current_state_events.state_key',
    'event_json.event_id',
    'event_json.json',
  ],
} as const

const { account, published } = addressTables
const { statistics, state } = rooms
const tables = tablesOf([...accounts, ...account, ...published, ...optional, ...statistics, ...state])
const tableList = tables.map((table) => `'${table}'`).join(', ')

const probes = {
  sqlite: `
    SELECT m.name || '.' || c.name AS name, 1 AS readable
    FROM sqlite_master m JOIN pragma_table_info(m.name) c
    WHERE m.type IN ('table', 'view') AND m.name IN (${tableList})`,
  // information_schema hides what the login may not read, and with it the difference between "old" and "forbidden".
  postgres: `
    SELECT c.relname || '.' || a.attname AS name,
           has_column_privilege(c.oid, a.attnum, 'SELECT') AS readable
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relkind IN ('r', 'p', 'v', 'm') AND c.relname IN (${tableList})
      AND pg_table_is_visible(c.oid) AND a.attnum > 0 AND NOT a.attisdropped`,
} as const

const columnRow = z.object({ name: z.string(), readable: z.unknown().transform(isYes) })
const versions = z.array(z.object({ version: z.coerce.number().int() })).min(1)

/** An upgrade of Synapse adds columns while we run. */
const MAX_AGE_MS = 5 * 60_000

/** Answers what the tables look like, probed anew every five minutes. Throws `BackendFailure`. */
export function createSchemaReader(
  database: DirectoryDatabase,
  addresses: SynapseConfig['addresses'],
  clock: Clock,
): (signal: AbortSignal) => Promise<SynapseSchema> {
  const required = [
    ...accounts,
    ...(addresses === 'published' ? [] : account),
    ...(addresses === 'account' ? [] : published),
  ]
  return keepFor(MAX_AGE_MS, clock, (signal) => probe(database, required, signal))
}

async function probe(
  database: DirectoryDatabase,
  required: readonly string[],
  signal: AbortSignal,
): Promise<SynapseSchema> {
  const dialect = database.dialect === 'sqlite' ? 'sqlite' : 'postgres'
  const columns = readRows(columnRow, await database.query(probes[dialect], {}, signal), 'Synapse')
  const existing = new Set(columns.map(({ name }) => name))
  const readable = new Set(columns.filter((column) => column.readable).map(({ name }) => name))

  const missing = required.filter((column) => !existing.has(column))
  if (missing.length > 0) throw notSynapse(missing)
  const wanted = [...required, ...optional].filter((column) => existing.has(column))
  const forbidden = wanted.filter((column) => !readable.has(column))
  if (forbidden.length > 0) throw mayNotRead(forbidden, wanted)

  const found = versions.safeParse(await database.query('SELECT version FROM schema_version', {}, signal))
  if (!found.success) throw notSynapse(['schema_version.version'])
  return {
    version: found.data[0]?.version ?? 0,
    has: (column) => readable.has(column),
    roomNames: {
      statistics: statistics.every((column) => readable.has(column)),
      state: state.every((column) => readable.has(column)),
    },
  }
}

function notSynapse(missing: readonly string[]): BackendFailure {
  return new BackendFailure(
    'configuration',
    `This is not the database of a Synapse: it lacks ${missing.slice(0, 3).join(', ')}.`,
    'Name the database that stands under "database" in the homeserver.yaml of Synapse.',
  )
}

/** @param wanted all columns that are needed and there */
function mayNotRead(forbidden: readonly string[], wanted: readonly string[]): BackendFailure {
  const names = tablesOf(forbidden)
  return new BackendFailure(
    'forbidden',
    `The login may not read all that is needed of the tables ${names.join(', ')}.`,
    `As owner of the database run: ${grantsFor(names, wanted).join('; ')}`,
  )
}

/** Of `users` single columns: the hashes of passwords stay closed. */
function grantsFor(names: readonly string[], wanted: readonly string[]): readonly string[] {
  const whole = names.filter((name) => name !== 'users')
  const columns = wanted
    .filter((column) => tableOf(column) === 'users')
    .map((column) => column.slice('users.'.length))
  return [
    ...(names.includes('users') ? [grant(`(${columns.join(', ')}) ON users`)] : []),
    ...(whole.length > 0 ? [grant(`ON ${whole.join(', ')}`)] : []),
  ]
}

/** Statement for the owner of the database. */
export const grant = (what: string) => `GRANT SELECT ${what} TO the user of this backend`

function tablesOf(columns: readonly string[]): string[] {
  return [...new Set(columns.map(tableOf))]
}

function tableOf(column: string): string {
  return column.slice(0, column.indexOf('.'))
}
