/**
 * The catalogue of errors that Matrix clients and homeservers can see: one entry per error code, with the HTTP
 * status the specification gives it (Identity Service API, "Standard error response", and each endpoint's page).
 */
export const matrixErrorCatalogue = {
  M_UNAUTHORIZED: { status: 401, text: 'The access token is missing or not known.' },
  M_UNKNOWN_TOKEN: { status: 401, text: 'The access token is not known.' },
  M_TERMS_NOT_SIGNED: { status: 403, text: 'Accept the terms of service first.' },
  M_FORBIDDEN: { status: 403, text: 'You are not allowed to do this.' },
  M_MISSING_PARAMS: { status: 400, text: 'A parameter is missing.' },
  M_INVALID_PARAM: { status: 400, text: 'A parameter is invalid.' },
  M_INVALID_EMAIL: { status: 400, text: 'The e-mail address is not valid.' },
  M_EMAIL_SEND_ERROR: { status: 400, text: 'The e-mail could not be sent.' },
  M_INVALID_ADDRESS: { status: 400, text: 'The phone number is not valid.' },
  M_SEND_ERROR: { status: 400, text: 'The text message could not be sent.' },
  M_DESTINATION_REJECTED: { status: 400, text: 'Text messages to this country are not sent from here.' },
  M_TOKEN_INCORRECT: { status: 400, text: 'The code is not correct.' },
  M_SESSION_EXPIRED: { status: 400, text: 'The validation session has expired. Start again.' },
  M_SESSION_NOT_VALIDATED: { status: 400, text: 'This validation session has not been completed.' },
  M_NO_VALID_SESSION: { status: 404, text: 'There is no such validation session.' },
  M_INVALID_PEPPER: { status: 400, text: 'The pepper is not current. Ask hash_details again.' },
  M_THREEPID_IN_USE: { status: 400, text: 'This address already belongs to a Matrix user.' },
  M_UNRECOGNIZED: { status: 404, text: 'There is no such endpoint.' },
  M_NOT_FOUND: { status: 404, text: 'Not found.' },
  M_BAD_JSON: { status: 400, text: 'The body has to be a JSON object.' },
  M_NOT_JSON: { status: 400, text: 'The body is not valid JSON.' },
  M_TOO_LARGE: { status: 413, text: 'The request is too large.' },
  M_LIMIT_EXCEEDED: { status: 429, text: 'Too many requests. Wait a little.' },
  // Of the Client-Server API, of which Signpost answers a part before the homeserver does.
  M_MISSING_TOKEN: { status: 401, text: 'The access token is missing.' },
  M_THREEPID_DENIED: { status: 403, text: 'This address is not permitted here.' },
  M_UNKNOWN: { status: 500, text: 'Something went wrong here. The operator finds the reason in the log.' },
} as const satisfies Record<string, { status: number; text: string }>

export type MatrixErrorCode = keyof typeof matrixErrorCatalogue

export interface MatrixErrorOptions {
  /** What went wrong, for a person; never a secret. Default: the catalogue's text. */
  readonly message?: string
  /** HTTP status where an endpoint departs from the catalogue (405 for `M_UNRECOGNIZED`, 503 for `M_UNKNOWN`). */
  readonly status?: number
  /** Members added to the JSON body (`mxid`, `lookup_pepper`, `retry_after_ms`). */
  readonly fields?: Readonly<Record<string, unknown>>
  /** Response headers (`Retry-After`). */
  readonly headers?: Readonly<Record<string, string>>
  readonly cause?: unknown
}

/** An answer that the caller must see as a standard Matrix error. Thrown anywhere, rendered in one place (`http/`). */
export class MatrixError extends Error {
  readonly errcode: MatrixErrorCode
  readonly status: number
  readonly fields: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string>>

  constructor(errcode: MatrixErrorCode, options: MatrixErrorOptions = {}) {
    super(options.message ?? matrixErrorCatalogue[errcode].text, { cause: options.cause })
    this.name = 'MatrixError'
    this.errcode = errcode
    this.status = options.status ?? matrixErrorCatalogue[errcode].status
    this.fields = options.fields ?? {}
    this.headers = options.headers ?? {}
  }

  /** The standard error body: `errcode` and `error`, both always present, plus the extra members. */
  toBody(): Record<string, unknown> {
    return { ...this.fields, errcode: this.errcode, error: this.message }
  }
}
