import { asBackendFailure, BackendFailure, type BackendFailureCode } from '../../failure.ts'
import { codeOf, explainNetwork, isLostSocket, noTls } from './network-failure.ts'

type Explanation = readonly [code: BackendFailureCode, message: string, fix: string]

const lost: Explanation = [
  'connect',
  'The connection to the database server broke.',
  'See the log of the database server.',
]
const refused: Explanation = [
  'query',
  'The database server refuses a query.',
  'Try it in the mariadb or mysql client.',
]
const tooLong: Explanation = [
  'timeout',
  'The query took too long and was stopped.',
  'Give it an index, or raise timeout of this backend.',
]
const denied: Explanation = [
  'forbidden',
  'The user may not read a table that a query needs.',
  'Grant it: GRANT SELECT ON ... TO ...',
]
const writes: Explanation = [
  'query',
  'A query tries to write.',
  'Signpost only reads: use a query that changes nothing.',
]

/** Symbols of the error reference of MariaDB and MySQL, as the client names them. */
const explanations: Readonly<Record<string, Explanation>> = {
  PROTOCOL_CONNECTION_LOST: lost,
  ER_SERVER_SHUTDOWN: lost,
  ER_NORMAL_SHUTDOWN: lost,
  ER_CONNECTION_KILLED: lost,
  ER_CLIENT_INTERACTION_TIMEOUT: lost,
  ER_ACCESS_DENIED_ERROR: [
    'credentials',
    'The database server refuses the user or the password.',
    'Correct connection.user and connection.password, and check from which hosts the user may come.',
  ],
  ER_ACCESS_DENIED_NO_PASSWORD_ERROR: [
    'credentials',
    'The database server refuses this user.',
    'Correct connection.user, and write connection.password.',
  ],
  ER_HOST_NOT_PRIVILEGED: [
    'credentials',
    'The database server does not let this machine in.',
    'Create the user for the host that Signpost comes from.',
  ],
  ER_DBACCESS_DENIED_ERROR: [
    'forbidden',
    'The user may not use the database, or it does not exist.',
    'Check connection.database, and grant it: GRANT SELECT ON database.* TO ...',
  ],
  ER_BAD_DB_ERROR: ['configuration', 'The database does not exist.', 'Correct connection.database.'],
  ER_TABLEACCESS_DENIED_ERROR: denied,
  ER_COLUMNACCESS_DENIED_ERROR: denied,
  ER_NO_SUCH_TABLE: ['query', 'A query names a table that does not exist.', 'Correct the name of the table.'],
  ER_BAD_FIELD_ERROR: [
    'query',
    'A query names a column that does not exist.',
    'Correct the name of the column.',
  ],
  ER_PARSE_ERROR: ['query', 'A query has a syntax error.', 'Try it in the mariadb or mysql client.'],
  ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION: writes,
  ER_OPTION_PREVENTS_STATEMENT: writes,
  ER_STATEMENT_TIMEOUT: tooLong,
  ER_QUERY_TIMEOUT: tooLong,
  ER_QUERY_INTERRUPTED: tooLong,
  ER_CON_COUNT_ERROR: [
    'connect',
    'The database server has no connection left.',
    'Raise max_connections on the server.',
  ],
  ER_TOO_MANY_USER_CONNECTIONS: [
    'connect',
    'The user has no connection left.',
    'Raise max_user_connections of the user.',
  ],
  ER_SECURE_TRANSPORT_REQUIRED: [
    'tls',
    'The database server wants an encrypted connection.',
    'Set connection.tls to verify or require.',
  ],
  AUTH_SWITCH_PLUGIN_ERROR: [
    'credentials',
    'The user has a way to log in that Signpost does not know.',
    'Give the user a password: ALTER USER ... IDENTIFIED BY ...',
  ],
}

const lostCodes: ReadonlySet<string> = new Set(
  Object.entries(explanations).flatMap(([code, explanation]) => (explanation === lost ? [code] : [])),
)

/** Errors that MariaDB alone has: the client names those of MySQL only. */
const mariadbSymbols: Readonly<Record<number, string>> = {
  1927: 'ER_CONNECTION_KILLED',
  1969: 'ER_STATEMENT_TIMEOUT',
}

function symbolOf(error: unknown): string | null {
  const number = error instanceof Error && 'errno' in error ? Number(error.errno) : 0
  return mariadbSymbols[number] ?? codeOf(error)
}

export function isLostMysql(error: unknown): boolean {
  const code = symbolOf(error)
  return isLostSocket(error) || (code !== null && lostCodes.has(code))
}

export function explainMysql(error: unknown): BackendFailure {
  if (error instanceof BackendFailure) return error
  const code = symbolOf(error)
  if (code === 'HANDSHAKE_NO_SSL_SUPPORT') return noTls(error)
  const network = explainNetwork(error)
  if (network !== null) return network
  const explanation = explanations[code ?? ''] ?? (code?.startsWith('ER_') === true ? refused : null)
  if (explanation === null) return asBackendFailure(error)
  const [kind, message, fix] = explanation
  return new BackendFailure(kind, `${message.slice(0, -1)} (${code}).`, fix, error)
}
