import { resolve } from 'node:path'
import type { CheckWork, StepResult } from '../check.ts'
import { BackendFailure } from '../failure.ts'
import type { BackendContext } from '../kind.ts'
import type { ServerConnection } from './connection-section.ts'
import type { DirectoryDatabase } from './database.ts'
import { explainNetwork } from './drivers/network-failure.ts'
import { orAborted } from './drivers/or-aborted.ts'
import { connectTo, firstReachable, readServer } from './drivers/server.ts'
import { fileCheck } from './file-check.ts'
import { isYes, textOf } from './values.ts'

/** The steps that every kind with a database begins its check with: resolve and connect, or file; login, read-only. */
export function databaseChecks(
  database: DirectoryDatabase,
  context: BackendContext,
  signal: AbortSignal,
): readonly CheckWork[] {
  const { section } = database
  return [
    ...(section.type === 'sqlite'
      ? [fileCheck(resolve(context.dataDir, section.path), signal)]
      : serverChecks(section, context, signal)),
    ['login', () => logIn(database, signal)],
    ['read-only', () => checkReadOnly(database, signal)],
  ]
}

function serverChecks(
  section: ServerConnection,
  context: BackendContext,
  signal: AbortSignal,
): readonly CheckWork[] {
  return [
    [
      'resolve',
      async () => {
        const { host, endpoints } = await readServer(section, context)
        const places = endpoints.map((endpoint) =>
          'socket' in endpoint ? endpoint.socket : endpoint.address,
        )
        return { detail: host === null ? 'A unix socket needs no name.' : `${host} is ${places.join(', ')}.` }
      },
    ],
    [
      'connect',
      async () => {
        await reach(section, context, signal)
        return { detail: 'The server accepts connections.' }
      },
    ],
  ]
}

async function reach(section: ServerConnection, context: BackendContext, signal: AbortSignal): Promise<void> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(context.timeoutMs)])
  const server = await orAborted(readServer(section, context), limit)
  try {
    await firstReachable(server, context.timeoutMs, limit, async (endpoint, signal) => {
      const socket = await connectTo(endpoint, signal)
      socket.destroy()
    })
  } catch (error) {
    const fix = 'Check host and port of the connection, and that no firewall stands between.'
    if (limit.aborted) throw new BackendFailure('timeout', 'The server does not answer.', fix, error)
    throw explainNetwork(error) ?? error
  }
}

const versions = {
  sqlite: `select 'SQLite ' || sqlite_version() as version`,
  postgres: `select 'PostgreSQL ' || current_setting('server_version') as version`,
  mysql: `select case when version() like '%MariaDB%' then version() else concat('MySQL ', version()) end as version`,
}

async function logIn(database: DirectoryDatabase, signal: AbortSignal): Promise<StepResult> {
  const [row] = await database.query(versions[database.dialect], {}, signal)
  return { detail: `${textOf(row?.['version'])} answers.` }
}

const readOnlyQueries = {
  sqlite: 'select query_only as answer from pragma_query_only',
  postgres: `select current_setting('transaction_read_only') as answer`,
  // MySQL 8 calls it transaction_read_only, MariaDB before 11.1 tx_read_only.
  mysql: `show session variables where variable_name in ('transaction_read_only', 'tx_read_only')`,
}

async function checkReadOnly(database: DirectoryDatabase, signal: AbortSignal): Promise<StepResult> {
  const rows = await database.query(readOnlyQueries[database.dialect], {}, signal)
  if (rows.some((row) => isYes(row['answer'] ?? row['value']))) {
    return { detail: 'The session can only read.' }
  }
  throw new BackendFailure(
    'configuration',
    'The database did not make the session read-only.',
    'Use a user that has only the right to read, and report the version of the database.',
  )
}
