import { BackendFailure } from '../../failure.ts'

const code = (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : '')

/** Why a TCP connection could not be made. */
export function connectFailure(server: string, error: unknown): BackendFailure {
  const failure = (message: string, fix: string) => new BackendFailure('connect', message, fix, error)
  switch (code(error)) {
    case 'ECONNREFUSED':
      return failure(
        `${server} refused the connection: nothing listens there.`,
        'Check host and port in "servers", and whether the directory runs.',
      )
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return failure(`There is no way to ${server}.`, 'Check the network and the firewall.')
    default:
      return failure(
        `No connection to ${server} (${code(error) || 'closed'}).`,
        'Check the network and the firewall.',
      )
  }
}

/** A connection that ended while it was in use. */
export function brokenOff(server: string, error?: unknown): BackendFailure {
  const fix =
    'Nothing, if it was restarted; the next question connects again. Otherwise see the log of the directory.'
  return new BackendFailure('connect', `${server} ended the connection.`, fix, error)
}

/** A peer that speaks something else. */
export function notLdap(server: string, error: unknown): BackendFailure {
  const fix = 'Check the port in "servers": 389 for ldap://, 636 for ldaps://.'
  return new BackendFailure('protocol', `What ${server} answered is not LDAP.`, fix, error)
}

/** We hung up ourselves. */
export function closedFailure(server: string): BackendFailure {
  return new BackendFailure(
    'closed',
    `The connection to ${server} was closed.`,
    'Nothing: Signpost is shutting down.',
  )
}
