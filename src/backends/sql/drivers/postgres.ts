import { once } from 'node:events'
import { isIP, Socket } from 'node:net'
import { dirname } from 'node:path'
import pg from 'pg'
import type { BackendContext } from '../../kind.ts'
import type { ServerConnection } from '../connection-section.ts'
import type { BoundStatement } from '../named-parameters.ts'
import { lowerColumns, type Row } from '../values.ts'
import { codeOf, noPassword, noTls } from './network-failure.ts'
import { orAborted } from './or-aborted.ts'
import { explainPostgres, isLostPostgres, LostConnection } from './postgres-failure.ts'
import { connectTo, firstReachable, readServer, tlsOptions, type Endpoint, type Server } from './server.ts'
import type { Driver, Session } from './session.ts'

/** A listing may take long before its first row: a sort, a join. Its reader has a limit of its own. */
const LISTING_STATEMENT_MS = 15 * 60_000

interface PostgresSession extends Session {
  /** Ends what runs, as `psql` does at Ctrl-C. */
  cancel(signal: AbortSignal): Promise<void>
}

/**
 * PostgreSQL. Every statement runs in a read-only transaction of its own rather than in a read-only session: a pooler like
 * PgBouncer hands sessions from client to client, and would hand on what was set in them.
 */
export function postgresDriver(section: ServerConnection, context: BackendContext): Driver<PostgresSession> {
  return {
    dialect: 'postgres',
    sessions: 4,
    async open(signal) {
      const server = await orAborted(readServer(section, context), signal)
      return firstReachable(server, context.timeoutMs, signal, (endpoint, signal) =>
        openSession(server, endpoint, context.timeoutMs, signal),
      )
    },
    isLost: isLostPostgres,
    explain: explainPostgres,
    endOnServer: (session, signal) => session.cancel(signal),
  }
}

async function openSession(
  server: Server,
  endpoint: Endpoint,
  statementMs: number,
  signal: AbortSignal,
): Promise<PostgresSession> {
  const socket = new Socket()
  const client = new pg.Client({
    ...('socket' in endpoint
      ? { host: dirname(endpoint.socket), port: Number(endpoint.socket.split('.').at(-1)) }
      : { host: endpoint.address, port: endpoint.port }),
    database: server.database,
    user: server.user,
    // Without one the client would look into the environment and ~/.pgpass of the user that runs Signpost.
    password: server.password ?? '',
    ssl: server.tls === null ? false : { ...tlsOptions(server.tls), ...serverName(server.host) },
    stream: () => socket,
    application_name: 'signpost',
    keepAlive: true,
    types: { getTypeParser },
  })
  let usable = true
  const lose = () => {
    usable = false
  }
  client.on('error', lose)
  client.on('end', lose)
  const destroy = () => {
    usable = false
    socket.destroy()
  }
  let refusesTls = false
  socket.once('data', (answer) => {
    // The answer to an SSLRequest (manual, 55.2.12): S or N. The client's own error for it has no code.
    refusesTls = server.tls !== null && answer.toString('latin1') === 'N'
  })
  try {
    await orAborted(client.connect(), signal)
  } catch (error) {
    destroy()
    if (refusesTls) throw noTls(error)
    // Asked for a password that it does not have, the client gives up by itself, again without a code.
    if (codeOf(error) === null && server.password === null && !signal.aborted) throw noPassword(error)
    throw error
  }

  async function begin(limitMs: number): Promise<void> {
    if (!usable) throw new LostConnection()
    await client.query(`begin transaction read only; set local statement_timeout = ${limitMs}`)
  }

  /** After a failed statement the transaction is over as well; only a rollback is understood then. */
  async function rollBack(): Promise<void> {
    await client.query('rollback').catch(destroy)
  }

  return {
    cancel: (signal) => cancel(client as unknown as CancelKey, endpoint, signal),
    get usable() {
      return usable
    },
    destroy,
    async query(statements) {
      await begin(statementMs)
      try {
        const answers: (readonly Row[])[] = []
        for (const statement of statements) answers.push(await rowsOf(client, statement))
        await client.query('commit')
        return answers
      } catch (error) {
        await rollBack()
        throw error
      }
    },
    async *pages({ text, values }, pageRows) {
      await begin(LISTING_STATEMENT_MS)
      try {
        // All rows are wanted, and soon; the planner takes a cursor for something that is read a little of.
        await client.query('set local cursor_tuple_fraction = 1')
        await rowsOf(client, { text: `declare signpost no scroll cursor for ${text}`, values })
        for (;;) {
          const page = await rowsOf(client, { text: `fetch forward ${pageRows} from signpost`, values: [] })
          if (page.length > 0) yield page
          if (page.length < pageRows) break
        }
      } finally {
        if (usable) await rollBack()
      }
    },
  }
}

interface CancelKey {
  readonly processID: number
  readonly secretKey: number
}

/** A CancelRequest (manual, 55.2.8 and 55.7): a connection of its own, without a login; the server closes it. */
async function cancel({ processID, secretKey }: CancelKey, endpoint: Endpoint, signal: AbortSignal) {
  const request = Buffer.alloc(16)
  for (const [i, value] of [16, 80877102, processID, secretKey].entries()) {
    request.writeInt32BE(value, 4 * i)
  }
  const socket = await connectTo(endpoint, signal)
  try {
    socket.end(request).resume()
    await once(socket, 'close', { signal })
  } finally {
    socket.destroy()
  }
}

/** The name that the certificate must carry. An IP address is none (RFC 6066, 3); the client checks that by itself. */
function serverName(host: string | null): { readonly servername?: string } {
  return host === null || isIP(host) !== 0 ? {} : { servername: host }
}

async function rowsOf(client: pg.Client, { text, values }: BoundStatement): Promise<readonly Row[]> {
  // `extended` takes a single statement, with or without parameters.
  const query = { text, values: [...values], queryMode: 'extended' }
  const result = await client.query<Record<string, unknown>>(query)
  return result.rows.map(lowerColumns)
}

const { builtins } = pg.types
/** Dates and JSON stay texts, as the other databases give them. */
const texts: ReadonlySet<number> = new Set([
  builtins.DATE,
  builtins.TIME,
  builtins.TIMETZ,
  builtins.TIMESTAMP,
  builtins.TIMESTAMPTZ,
  builtins.INTERVAL,
  builtins.JSON,
  builtins.JSONB,
])

function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (oid === builtins.INT8) return parseInt8
  if (texts.has(oid)) return (value) => value
  return pg.types.getTypeParser(oid, format)
}

/** What a number cannot hold stays a text: rounded, two keys would become one. */
function parseInt8(text: string): number | string {
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : text
}
