import type { AdminErrorBody, AdminErrorCode, FieldProblem } from '../../src/admin/api/errors.ts'

/** Failures that never reached the admin API, or never came back from it. */
export type ClientErrorCode = 'unreachable' | 'timeout' | 'not-understood'

export type ErrorCode = AdminErrorCode | ClientErrorCode

/** A failed call. The console shows the sentence of its code (`texts/<language>/errors.ts`) with these details. */
export class ApiError extends Error {
  readonly code: ErrorCode
  readonly params: Readonly<Record<string, string | number>>
  readonly problems: readonly FieldProblem[]
  readonly fix: string | null
  /** The server's own English sentence. */
  readonly detail: string

  constructor(code: ErrorCode, body: Partial<Omit<AdminErrorBody, 'code'>> = {}) {
    super(`${code}: ${body.message ?? ''}`)
    this.name = 'ApiError'
    this.code = code
    this.params = body.params ?? {}
    this.problems = body.problems ?? []
    this.fix = body.fix ?? null
    this.detail = body.message ?? ''
  }
}

/** What an answer with an error status says, as far as it can be read. */
export function readError(status: number, body: unknown): ApiError {
  const error = isRecord(body) ? body['error'] : undefined
  if (isRecord(error) && typeof error['code'] === 'string') {
    // The server is of the same release as this console, so its codes are the known ones.
    return new ApiError(error['code'] as AdminErrorCode, error as Partial<AdminErrorBody>)
  }
  return new ApiError('not-understood', { params: { status } })
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
