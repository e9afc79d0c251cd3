import type { TLSSocket } from 'node:tls'
import { createConnection, type Connection, type QueryError } from 'mysql2'
import type { BackendContext } from '../../kind.ts'
import type { ServerConnection } from '../connection-section.ts'
import type { BoundStatement } from '../named-parameters.ts'
import { lowerColumns, type Row } from '../values.ts'
import { explainMysql, isLostMysql } from './mysql-failure.ts'
import { codeOf } from './network-failure.ts'
import { orAborted } from './or-aborted.ts'
import { connectTo, firstReachable, readServer, tlsOptions, type Endpoint, type Server } from './server.ts'
import type { Driver, Session } from './session.ts'

/** A listing may take long; its reader has a limit of its own. */
const LISTING_STATEMENT_MS = 15 * 60_000
/** How long the server waits for a reader that is busy storing what it got. Its default is a minute. */
const WRITE_WAIT_SECONDS = 600

interface MysqlSession extends Session {
  readonly threadId: number
}

/** MariaDB and MySQL. */
export function mysqlDriver(section: ServerConnection, context: BackendContext): Driver<MysqlSession> {
  async function open(signal: AbortSignal): Promise<MysqlSession> {
    const server = await orAborted(readServer(section, context), signal)
    return firstReachable(server, context.timeoutMs, signal, (endpoint, signal) =>
      openSession(server, endpoint, context.timeoutMs, signal),
    )
  }
  return {
    dialect: 'mysql',
    sessions: 4,
    open,
    isLost: isLostMysql,
    explain: explainMysql,
    async endOnServer({ threadId }, signal) {
      const session = await open(signal)
      try {
        await orAborted(session.query([{ text: `kill query ${threadId}`, values: [] }]), signal)
      } finally {
        session.destroy()
      }
    },
  }
}

async function openSession(
  server: Server,
  endpoint: Endpoint,
  statementMs: number,
  signal: AbortSignal,
): Promise<MysqlSession> {
  const socket = await connectTo(endpoint, signal)
  // The client checks the certificate of an IP address against the host of the socket, which Node sets for names only.
  // Without it the check fails; it is never left out.
  Object.assign(socket, { _host: server.host })
  const connection = createConnection({
    stream: () => socket,
    // Not connected to, since the socket is given: the name that the certificate must carry.
    host: server.host ?? 'localhost',
    database: server.database,
    user: server.user,
    password: server.password ?? '',
    ...(server.tls === null ? {} : { ssl: { ...tlsOptions(server.tls), verifyIdentity: server.tls.verify } }),
    charset: 'utf8mb4',
    flags: ['-LOCAL_FILES'],
    // Prepared statements count against a limit that all clients of the server share.
    maxPreparedStatements: 20,
    supportBigNumbers: true,
    dateStrings: true,
    jsonStrings: true,
  } as Parameters<typeof createConnection>[0])
  let usable = true
  const lose = () => {
    usable = false
  }
  connection.on('error', lose)
  connection.on('end', lose)
  socket.on('close', lose)
  const destroy = () => {
    usable = false
    connection.destroy()
    socket.destroy()
  }

  async function run({ text, values }: BoundStatement): Promise<readonly Row[]> {
    // The client's own error for it has no code.
    if (!usable) throw lostConnection()
    return rowsOf((done) => connection.execute<never>(text, [...values], done))
  }

  /** Not prepared: not every server prepares what sets up a session. */
  async function set(text: string): Promise<readonly Row[]> {
    if (!usable) throw lostConnection()
    return rowsOf((done) => connection.query<never>(text, done))
  }

  try {
    await orAborted(connected(connection), signal)
    const [version] = await orAborted(set('select version() as version'), signal)
    const limit = limitOf(String(version?.['version']))
    await orAborted(set('set session transaction read only'), signal)
    await orAborted(set(`set session net_write_timeout = ${WRITE_WAIT_SECONDS}`), signal)
    await orAborted(set(limit(statementMs)), signal)
    return {
      threadId: connection.threadId ?? 0,
      get usable() {
        return usable
      },
      destroy,
      async query(statements) {
        const answers: (readonly Row[])[] = []
        for (const statement of statements) answers.push(await run(statement))
        return answers
      },
      async *pages(statement, pageRows) {
        await set(limit(LISTING_STATEMENT_MS))
        let complete = false
        try {
          yield* pagesOf(connection, statement, pageRows)
          complete = true
        } finally {
          // Rows that nobody wants any more would all have to be read first.
          if (complete) await set(limit(statementMs))
          else destroy()
        }
      },
    }
  } catch (error) {
    destroy()
    throw signal.aborted ? error : withCertificateError(error, connection)
  }
}

/** The client puts one code of its own over what was wrong with a certificate; the TLS socket still has it. */
function withCertificateError(error: unknown, connection: Connection): unknown {
  if (codeOf(error) !== 'HANDSHAKE_SSL_ERROR') return error
  const { stream } = connection as unknown as { stream: Partial<TLSSocket> }
  const code: unknown = stream.authorizationError
  return typeof code === 'string' ? Object.assign(new Error(code, { cause: error }), { code }) : error
}

type Done = (error: QueryError | null, rows: unknown) => void

function rowsOf(send: (done: Done) => unknown): Promise<readonly Row[]> {
  return new Promise((resolve, reject) => {
    send((error, rows) => {
      if (error !== null) reject(error)
      else resolve(Array.isArray(rows) ? rows.map(lowerColumns) : [])
    })
  })
}

function connected(connection: Connection): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.connect((error: QueryError | null) => (error === null ? resolve() : reject(error)))
  })
}

/** MariaDB counts in seconds and for every statement, MySQL in milliseconds and for SELECT. */
function limitOf(version: string): (ms: number) => string {
  return version.includes('MariaDB')
    ? (ms) => `set session max_statement_time = ${ms / 1000}`
    : (ms) => `set session max_execution_time = ${ms}`
}

/**
 * The client stops reading from its socket while `pageRows` rows wait here. A connection that breaks is not reported to the
 * stream of rows, which would wait for ever, so it is told here; and only the end of the command is the end of the rows.
 */
async function* pagesOf(
  connection: Connection,
  { text, values }: BoundStatement,
  pageRows: number,
): AsyncGenerator<readonly Row[]> {
  const command = connection.execute(text, [...values])
  let complete = false
  command.once('end', () => {
    complete = true
  })
  const rows = command.stream({ highWaterMark: pageRows })
  const lose = (error: Error) => rows.destroy(error)
  connection.once('error', lose)
  try {
    let page: Row[] = []
    for await (const row of rows as AsyncIterable<Record<string, unknown>>) {
      page.push(lowerColumns(row))
      if (page.length < pageRows) continue
      yield page
      page = []
    }
    if (!complete) throw lostConnection()
    if (page.length > 0) yield page
  } finally {
    connection.off('error', lose)
  }
}

function lostConnection(): Error {
  return Object.assign(new Error('the rows ended early'), { code: 'PROTOCOL_CONNECTION_LOST' })
}
