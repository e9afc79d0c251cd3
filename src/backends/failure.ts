/**
 * Where a directory failed us. `dns`, `connect`, `tls`, `timeout`: not reached. `credentials`: our own login was
 * refused. `forbidden`: logged in, but not allowed to read. `protocol`: an answer that cannot be understood. `query`: the
 * directory refused the question (a filter, an SQL statement). `configuration`: a setting cannot be used. `closed`: we
 * are shutting down. `internal`: a defect of Signpost.
 */
export type BackendFailureCode =
  | 'dns'
  | 'connect'
  | 'tls'
  | 'timeout'
  | 'credentials'
  | 'forbidden'
  | 'protocol'
  | 'query'
  | 'configuration'
  | 'closed'
  | 'internal'

/** A directory gave no usable answer. Texts are for operators: host names yes, addresses of people and secrets no. */
export class BackendFailure extends Error {
  readonly code: BackendFailureCode
  /** What to do about it, as a sentence. */
  readonly fix: string

  /** @param message what happened, as a sentence */
  constructor(code: BackendFailureCode, message: string, fix: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'BackendFailure'
    this.code = code
    this.fix = fix
  }
}

/** Anything thrown, as a failure; what is none already is a defect of ours. */
export function asBackendFailure(error: unknown): BackendFailure {
  if (error instanceof BackendFailure) return error
  const why = error instanceof Error ? error.message : String(error)
  return new BackendFailure(
    'internal',
    `Unexpected: ${why}`,
    'The log has the details; please report it.',
    error,
  )
}
