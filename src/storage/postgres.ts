import { setTimeout as sleep } from 'node:timers/promises'
import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import type { Runtime } from '../runtime.ts'
import { followClock } from './clock-guard.ts'
import { between } from './jitter.ts'
import { migrate, requireCurrentSchema } from './migrate.ts'
import { explainPostgresFailure } from './postgres-failure.ts'
import type { Database } from './schema.ts'
import { errorCode } from './storage-error.ts'
import type { PostgresOptions, Storage } from './types.ts'

const STATEMENT_TIMEOUT_MS = 30_000
const MAX_RETRIES = 5
/** serialization_failure and deadlock_detected: "retry the whole transaction" (PostgreSQL manual, 13.5). */
const RETRIED = new Set(['40001', '40P01'])

/** Connects to PostgreSQL and migrates. Throws `StorageError`. Broken connections are replaced as they are needed. */
export async function openPostgres(options: PostgresOptions, runtime: Runtime): Promise<Storage> {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.poolSize ?? 10,
    application_name: 'signpost',
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    // A server that disappears without a word does not run into its own timeout: this one is the client's.
    query_timeout: STATEMENT_TIMEOUT_MS + 5_000,
    idle_in_transaction_session_timeout: 60_000,
    types: { getTypeParser },
  })
  // A connection that breaks is dropped from the pool. Without a listener it would end the process: the pool listens to
  // idle connections only, so those in use need one as well.
  const noteLoss = (error: Error) =>
    runtime.log.warn({ code: errorCode(error) }, 'lost a connection to PostgreSQL')
  pool.on('error', noteLoss)
  pool.on('connect', (client) => client.on('error', noteLoss))
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) })
  let phase: 'connect' | 'migrate' = 'connect'
  try {
    await sql`select 1`.execute(db)
    phase = 'migrate'
    if (options.guest === true) await requireCurrentSchema(db, options)
    else {
      await migrate(db, options, runtime, { explain: (error) => explainPostgresFailure(error, 'migrate') })
      await followClock(db, runtime)
    }
  } catch (error) {
    await db.destroy()
    throw explainPostgresFailure(error, phase)
  }
  let closing: Promise<void> | null = null
  return {
    kind: 'postgres',
    db,
    transaction: (work) => withRetries(runtime, () => db.transaction().execute(work)),
    readSnapshot: (work) =>
      db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(work),
    close: () => (closing ??= db.destroy()),
  }
}

async function withRetries<T>(runtime: Runtime, transact: () => Promise<T>): Promise<T> {
  for (let retry = 0; ; retry++) {
    try {
      return await transact()
    } catch (error) {
      const code = errorCode(error)
      if (retry === MAX_RETRIES || code === null || !RETRIED.has(code)) throw error
      await sleep(between(runtime.random, 0, 20 * 2 ** retry))
    }
  }
}

/** Reads `int8` as a number, as SQLite does, and refuses what a number cannot hold. */
function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (oid === pg.types.builtins.INT8) return parseInt8
  return pg.types.getTypeParser(oid, format)
}

function parseInt8(value: string): number {
  const number = Number(value)
  if (!Number.isSafeInteger(number)) throw new RangeError('an int8 from PostgreSQL exceeds 2^53')
  return number
}
