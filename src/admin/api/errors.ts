/**
 * Every error of the admin API, by its code. The console translates them by code and parameters (`errors.<code>` in its
 * table of texts); the sentence here is for scripts and logs.
 */
export const adminErrors = {
  'not-found': { status: 404, message: 'There is no such thing (any more).' },
  'unknown-route': { status: 404, message: 'The admin API has no such route.' },
  'wrong-method': { status: 405, message: 'This route does not take that method.' },
  invalid: { status: 400, message: 'Some of what was sent cannot be used.' },
  'too-large': { status: 413, message: 'What was sent is too large.' },
  'not-claimed': {
    status: 401,
    message: 'Nobody has set up this Signpost yet; the start of it shows a link for that.',
  },
  'already-claimed': { status: 409, message: 'Somebody has set up this Signpost already.' },
  'link-used': { status: 410, message: 'The link was used already, or its time is over.' },
  'signed-out': { status: 401, message: 'Nobody is signed in, or the session has ended.' },
  'wrong-password': { status: 403, message: 'The password is not right.' },
  'weak-password': { status: 400, message: 'The password is too short or too common.' },
  'confirm-password': { status: 403, message: 'This needs the password once more.' },
  'too-many-attempts': { status: 429, message: 'Too many attempts; wait before the next one.' },
  'foreign-host': {
    status: 421,
    message: 'Open this page under the name localhost, or one named in admin.hosts.',
  },
  'foreign-origin': { status: 403, message: 'The request comes from a page of another origin.' },
  conflict: { status: 409, message: 'Something else has changed meanwhile.' },
  'config-invalid': { status: 422, message: 'The configuration cannot be used like this.' },
  'not-possible': { status: 422, message: 'This cannot be done as things are.' },
  unavailable: { status: 503, message: 'Something that this needs does not answer.' },
  internal: { status: 500, message: 'Something broke in Signpost; its log has the reason.' },
} as const satisfies Record<string, { status: number; message: string }>

export type AdminErrorCode = keyof typeof adminErrors

/** One value that cannot be used. */
export interface FieldProblem {
  /** Where it stands: `backends.0.url`, or a field of the body. */
  readonly path: string
  readonly message: string
  readonly fix?: string
}

/** What stands in the body of an error, under `error`. */
export interface AdminErrorBody {
  readonly code: AdminErrorCode
  readonly message: string
  /** What to do, where the code alone does not tell. */
  readonly fix?: string
  /** Values for the translated sentence. */
  readonly params?: Readonly<Record<string, string | number>>
  readonly problems?: readonly FieldProblem[]
}

/** Thrown by handlers; anything else that they throw is `internal`, or an `OperatorError` shown as `not-possible`. */
export class AdminError extends Error {
  readonly code: AdminErrorCode
  readonly details: Omit<AdminErrorBody, 'code' | 'message'>

  constructor(
    code: AdminErrorCode,
    details: Omit<AdminErrorBody, 'code' | 'message'> & { message?: string } = {},
  ) {
    const { message = adminErrors[code].message, ...rest } = details
    super(message)
    this.name = 'AdminError'
    this.code = code
    this.details = rest
  }

  get status(): number {
    return adminErrors[this.code].status
  }

  toBody(): AdminErrorBody {
    return { code: this.code, message: this.message, ...this.details }
  }
}
