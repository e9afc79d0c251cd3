import { errorCode, StorageError } from './storage-error.ts'

/**
 * Turns a failed start on PostgreSQL into the operator's error; answers what is not the operator's to mend unchanged.
 * Codes: PostgreSQL manual, appendix A. The URL stays out of the texts, because it holds the password.
 */
export function explainPostgresFailure(error: unknown, phase: 'connect' | 'migrate'): unknown {
  if (error instanceof StorageError) return error
  const tried = 'open the PostgreSQL database'
  const code = errorCode(error)
  if (code === '53100') {
    return new StorageError('disk-full', {
      tried,
      likelyCause: 'The disk of the PostgreSQL server is full.',
      fix: 'Free some space there, then start Signpost again.',
      cause: error,
    })
  }
  const refusal = code === null ? undefined : REFUSALS[code]
  if (refusal !== undefined) return new StorageError('database-refused', { tried, ...refusal, cause: error })
  // Classes 08 and 57: the connection broke, the server is starting up or shutting down. While connecting, what is not an
  // answer of the server comes from the network or from the pool, whose timeout has no code.
  const isServerAnswer = code !== null && /^[0-9A-Z]{5}$/.test(code)
  const isAway = isServerAnswer ? /^(08|57)/.test(code) : phase === 'connect'
  if (!isAway) return error
  return new StorageError('database-unreachable', {
    tried,
    likelyCause: 'The server that storage.url names does not answer, or not yet.',
    fix: 'Check host and port in storage.url, that PostgreSQL runs, and that no firewall stands between.',
    cause: error,
  })
}

const REFUSALS: Readonly<Record<string, { readonly likelyCause: string; readonly fix: string }>> = {
  '28000': {
    likelyCause: 'The server does not accept this user from this machine.',
    fix: 'Check the user in storage.url and the rules in pg_hba.conf of the server.',
  },
  '28P01': { likelyCause: 'The password is wrong.', fix: 'Correct the password in storage.url.' },
  '3D000': {
    likelyCause: 'The database does not exist.',
    fix: 'Create it: CREATE DATABASE signpost OWNER signpost;',
  },
  '42501': {
    likelyCause: 'The user may not create tables in the database.',
    fix: 'Make the user the owner of the database: ALTER DATABASE signpost OWNER TO signpost;',
  },
  '53300': {
    likelyCause: 'The server has no connection left.',
    fix: 'Raise max_connections in postgresql.conf, or lower the number of Signposts.',
  },
}
