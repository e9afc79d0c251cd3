import pg from 'pg'
import { asBackendFailure, BackendFailure, type BackendFailureCode } from '../../failure.ts'
import { codeOf, explainNetwork, isLostSocket } from './network-failure.ts'

/** The connection was found broken before anything was sent. */
export class LostConnection extends Error {
  constructor() {
    super('the connection is broken')
    this.name = 'LostConnection'
  }
}

type Explanation = readonly [code: BackendFailureCode, message: string, fix: string]

/** PostgreSQL manual, appendix A: codes, and classes of codes. */
const explanations: Readonly<Record<string, Explanation>> = {
  '28P01': [
    'credentials',
    'PostgreSQL refuses the password of the user.',
    'Correct connection.user and connection.password.',
  ],
  '28000': [
    'credentials',
    'PostgreSQL does not accept this user from this machine.',
    'Check connection.user, connection.tls and the rules in pg_hba.conf of the server.',
  ],
  '3D000': ['configuration', 'The database does not exist.', 'Correct connection.database.'],
  '42501': [
    'forbidden',
    'The user may not read a table that a query needs.',
    'Grant it: GRANT SELECT ON ... TO ..., and GRANT USAGE on the schema.',
  ],
  '42P01': [
    'query',
    'A query names a table that does not exist.',
    'Correct the table, or write its schema before it.',
  ],
  '42703': ['query', 'A query names a column that does not exist.', 'Correct the name of the column.'],
  '42883': [
    'query',
    'A query uses a function or an operator that does not exist for these types.',
    'Add a cast.',
  ],
  '42601': ['query', 'A query has a syntax error.', 'Try it in psql.'],
  '25006': ['query', 'A query tries to write.', 'Signpost only reads: use a query that changes nothing.'],
  '57014': [
    'timeout',
    'The query took too long and was stopped.',
    'Give it an index, or raise timeout of this backend.',
  ],
  '53300': ['connect', 'PostgreSQL has no connection left.', 'Raise max_connections in postgresql.conf.'],
  '57P03': ['connect', 'PostgreSQL is starting or stopping.', 'Nothing to do: it is tried again.'],
}

const classes: Readonly<Record<string, Explanation>> = {
  '08': ['connect', 'The connection to PostgreSQL broke.', 'See the log of the database server.'],
  '22': [
    'query',
    'A query fails for a value of a row.',
    'Try it in psql; the log of the server has the details.',
  ],
  '28': ['credentials', 'PostgreSQL refuses the login.', 'Correct connection.user and connection.password.'],
  '42': ['query', 'PostgreSQL does not understand a query.', 'Try it in psql.'],
  '53': [
    'connect',
    'PostgreSQL is short of memory, disk or connections.',
    'See the log of the database server.',
  ],
  '57': ['connect', 'PostgreSQL ended the connection.', 'See the log of the database server.'],
}

/** The code of an answer of the server. `EPIPE` of the system has five letters as well. */
function serverCodeOf(error: unknown): string | null {
  return error instanceof pg.DatabaseError ? (error.code ?? null) : null
}

export function isLostPostgres(error: unknown): boolean {
  const code = serverCodeOf(error)
  if (code !== null) return /^(08|57P)/.test(code)
  return isLostSocket(error) || isPlainError(error)
}

export function explainPostgres(error: unknown): BackendFailure {
  if (error instanceof BackendFailure) return error
  const code = serverCodeOf(error)
  if (code !== null) {
    const [kind, message, fix] = explanations[code] ??
      classes[code.slice(0, 2)] ?? ['query', 'PostgreSQL refuses a query.', 'Try it in psql.']
    return new BackendFailure(kind, `${message.slice(0, -1)} (${code}).`, fix, error)
  }
  const network = explainNetwork(error)
  if (network !== null || !isPlainError(error)) return network ?? asBackendFailure(error)
  const fix = 'See the log of the database server.'
  return new BackendFailure('connect', 'The connection to PostgreSQL broke.', fix, error)
}

/** How the client reports a closed connection; all that the server or the system says has a code. */
function isPlainError(error: unknown): boolean {
  return error instanceof Error && codeOf(error) === null && ['Error', 'LostConnection'].includes(error.name)
}
