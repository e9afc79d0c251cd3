import { BackendFailure, type BackendFailureCode } from '../../failure.ts'

/** The code of a driver, of Node.js or of the server; null when the error has none. */
export function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
}

/** Nobody answers at this address; another one of the same server may. */
export const unreachableCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'ETIMEDOUT',
])

const lostCodes: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ERR_STREAM_DESTROYED'])

export function isLostSocket(error: unknown): boolean {
  const code = codeOf(error)
  return code !== null && lostCodes.has(code)
}

type Explanation = readonly [code: BackendFailureCode, message: string, fix: string]

const certificates = 'Name the authority in connection.caFile, or correct the certificate of the server.'

const explanations: Readonly<Record<string, Explanation>> = {
  ECONNREFUSED: [
    'connect',
    'Nothing listens where the database should be.',
    'Check host and port of the connection, and that the database runs.',
  ],
  EHOSTUNREACH: [
    'connect',
    'The database server cannot be reached.',
    'Check connection.host and the network.',
  ],
  ENETUNREACH: [
    'connect',
    'There is no network to the database server.',
    'Check connection.host and the network.',
  ],
  ETIMEDOUT: [
    'connect',
    'The database server does not answer.',
    'Check host and port of the connection, and that no firewall stands between.',
  ],
  ENOENT: ['connect', 'The unix socket does not exist.', 'Correct connection.socket, or start the database.'],
  EACCES: [
    'connect',
    'The user that runs Signpost may not use the unix socket.',
    'Let that user into the folder of connection.socket.',
  ],
  ECONNRESET: ['connect', 'The database server broke the connection.', 'See the log of the database server.'],
  EPIPE: ['connect', 'The database server broke the connection.', 'See the log of the database server.'],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    'tls',
    'The certificate of the database server is for another name.',
    'Write the name that the certificate carries as connection.host.',
  ],
  CERT_HAS_EXPIRED: ['tls', 'The certificate of the database server has expired.', 'Renew it on the server.'],
  SELF_SIGNED_CERT_IN_CHAIN: ['tls', 'The certificate is from an unknown authority.', certificates],
  DEPTH_ZERO_SELF_SIGNED_CERT: [
    'tls',
    'The certificate of the database server is self-signed.',
    certificates,
  ],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ['tls', 'The certificate is from an unknown authority.', certificates],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ['tls', 'The certificate is from an unknown authority.', certificates],
  UNABLE_TO_GET_ISSUER_CERT: ['tls', 'The certificate is from an unknown authority.', certificates],
}

/** What Node's sockets and TLS report; null for anything else. */
export function explainNetwork(error: unknown): BackendFailure | null {
  const code = codeOf(error)
  if (code === null) return null
  const [kind, message, fix] = explanations[code] ?? explainTls(code) ?? []
  return kind === undefined || message === undefined || fix === undefined
    ? null
    : new BackendFailure(kind, message, fix, error)
}

function explainTls(code: string): Explanation | null {
  if (!/^(ERR_SSL_|ERR_TLS_|CERT_|EPROTO$|HANDSHAKE_SSL_ERROR$)/.test(code)) return null
  return ['tls', `The encrypted connection failed (${code}).`, certificates]
}

export const noTls = (cause: unknown) =>
  new BackendFailure(
    'tls',
    'The database server does not offer encryption.',
    'Switch TLS on in the server, or set connection.tls to off if the network between is trusted.',
    cause,
  )

export const noPassword = (cause: unknown) =>
  new BackendFailure(
    'credentials',
    'The database server asks for a password, and none is set.',
    'Write connection.password.',
    cause,
  )
