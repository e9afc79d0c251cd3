import { sql } from 'kysely'
import type { Clock } from '../../runtime.ts'
import type { Database } from '../../storage/schema.ts'
import type { Storage } from '../../storage/storage.ts'

const tables = [
  'accounts',
  'tokens',
  'accepted_terms',
  'sessions',
  'associations',
  'directory_entries',
  'directory_people',
  'directory_syncs',
  'mapping_changes',
  'peppers',
  'invitations',
  'invitation_history',
  'outbox',
  'leases',
] as const satisfies readonly (keyof Database)[]

/** How many different errors of the outbox are told. */
const MOST_ERRORS = 20

/** What the database holds, in numbers, and how deliveries and syncs are doing. Texts in it are not scrubbed yet. */
export async function databaseFacts(storage: Storage, clock: Clock): Promise<Record<string, unknown>> {
  const { db } = storage
  const counts: Record<string, number> = {}
  for (const table of tables) {
    const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(db)
    counts[table] = Number(rows[0]?.n ?? 0)
  }
  return {
    kind: storage.kind,
    rows: counts,
    writtenBy: await writtenBy(storage),
    outbox: await outboxFacts(storage, clock),
    invitations: await countBy(storage, 'invitations', 'state'),
    syncs: await syncFacts(storage),
    peppers: await pepperFacts(storage),
  }
}

async function writtenBy({ db }: Storage) {
  const row = await db
    .selectFrom('meta')
    .select('value')
    .where('key', '=', 'program_version')
    .executeTakeFirst()
  return row?.value ?? null
}

async function countBy({ db }: Storage, table: 'invitations', column: 'state') {
  const rows = await db
    .selectFrom(table)
    .select([column, (eb) => eb.fn.countAll<number>().as('count')])
    .groupBy(column)
    .execute()
  return Object.fromEntries(rows.map((row) => [row[column], Number(row.count)]))
}

async function outboxFacts({ db }: Storage, clock: Clock) {
  const states = await db
    .selectFrom('outbox')
    .select((eb) => [
      'kind',
      'state',
      eb.fn.countAll<number>().as('count'),
      eb.fn.min('created_at').as('oldest'),
      eb.fn.max('attempts').as('attempts'),
    ])
    .groupBy(['kind', 'state'])
    .execute()
  const errors = await db
    .selectFrom('outbox')
    .select((eb) => ['kind', 'state', 'last_error', eb.fn.countAll<number>().as('count')])
    .where('last_error', 'is not', null)
    .groupBy(['kind', 'state', 'last_error'])
    .orderBy('count', 'desc')
    .limit(MOST_ERRORS)
    .execute()
  return {
    states: states.map(({ kind, state, count, oldest, attempts }) => ({
      kind,
      state,
      count: Number(count),
      oldestMinutes: Math.round((clock.now() - Number(oldest)) / 60_000),
      mostAttempts: Number(attempts),
    })),
    errors: errors.map(({ kind, state, last_error: error, count }) => ({
      kind,
      state,
      error,
      count: Number(count),
    })),
  }
}

async function syncFacts({ db }: Storage) {
  const rows = await db.selectFrom('directory_syncs').selectAll().orderBy('source').execute()
  return rows.map(({ settings: _digest, cursor, failure, ...row }) => ({
    ...row,
    hasCursor: cursor !== null,
    failure: failure === null ? null : (JSON.parse(failure) as unknown),
  }))
}

/** Their number and age; the peppers themselves would let a reader try out addresses. */
async function pepperFacts({ db }: Storage) {
  const rows = await db
    .selectFrom('peppers')
    .select(['generation', 'created_at'])
    .orderBy('generation', 'desc')
    .execute()
  return rows.map(({ generation, created_at: at }) => ({
    generation,
    createdAt: new Date(Number(at)).toISOString(),
  }))
}
