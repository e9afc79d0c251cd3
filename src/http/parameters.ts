import type { FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { isJsonObject } from '../matrix/canonical-json.ts'
import { MatrixError } from '../matrix/errors.ts'

/** Bodies arrive as bytes, whatever their Content-Type; see `public-app.ts`. */
function bodyText(request: FastifyRequest): string {
  return Buffer.isBuffer(request.body) ? request.body.toString('utf8') : ''
}

/**
 * The JSON object in the body, read as JSON whatever its Content-Type says (Identity Service API, "API standards").
 * @throws MatrixError `M_NOT_JSON` or `M_BAD_JSON`.
 */
export function jsonBody(request: FastifyRequest): Record<string, unknown> {
  const value = parseJson(bodyText(request))
  if (!isJsonObject(value)) throw new MatrixError('M_BAD_JSON')
  return value
}

/** The body of a route that the specification lets be empty (`account/logout`). */
export function optionalJsonBody(request: FastifyRequest): Record<string, unknown> {
  return bodyText(request).trim() === '' ? {} : jsonBody(request)
}

/**
 * The body of the five routes that still take a form (Identity Service API, deprecated media type, which the
 * specification misspells; both spellings are taken).
 */
export function jsonOrFormBody(request: FastifyRequest): Record<string, unknown> {
  return isForm(request) ? formFields(bodyText(request)) : jsonBody(request)
}

/**
 * Parameters of the removed v1 API: JSON where the header says so, else a form; where the body is empty or `null`,
 * the query string (old Element calls `sign-ed25519` that way).
 */
export function legacyParameters(request: FastifyRequest): Record<string, unknown> {
  const text = bodyText(request).trim()
  const query = queryFields(request)
  if (text === '' || text === 'null') return query
  const body = isForm(request) || !text.startsWith('{') ? formFields(text) : jsonBody(request)
  return { ...query, ...body }
}

export function queryFields(request: FastifyRequest): Record<string, unknown> {
  return isJsonObject(request.query) ? { ...request.query } : {}
}

/**
 * Narrows parameters by a schema. The first problem becomes the answer, naming its field.
 * @throws MatrixError `M_MISSING_PARAMS` or `M_INVALID_PARAM`.
 */
export function readParameters<T extends z.ZodType>(schema: T, values: Record<string, unknown>): z.output<T> {
  const result = schema.safeParse(values)
  if (result.success) return withoutNul(result.data)
  const missing = result.error.issues.filter(({ path }) => isMissing(values, path))
  if (missing.length > 0) {
    const names = missing.map((issue) => issue.path.join('.')).join(', ')
    throw new MatrixError('M_MISSING_PARAMS', { message: `Missing: ${names}.` })
  }
  const [issue] = result.error.issues
  const name = issue?.path.join('.') ?? ''
  throw new MatrixError('M_INVALID_PARAM', {
    message: `Invalid ${name}: ${issue?.message ?? 'not understood'}`,
  })
}

/** PostgreSQL takes no NUL in text, not even in a question; and nothing in Matrix has one. */
function withoutNul<T>(data: T): T {
  const [name] =
    Object.entries(data ?? {}).find(([, value]) => typeof value === 'string' && value.includes('\0')) ?? []
  if (name === undefined) return data
  throw new MatrixError('M_INVALID_PARAM', { message: `Invalid ${name}: has a NUL character in it` })
}

/** Members of objects can be missing; an element of a list is there, whatever it is. */
function isMissing(values: unknown, path: readonly PropertyKey[]): boolean {
  if (typeof path.at(-1) === 'number') return false
  let value = values
  for (const step of path) value = isJsonObject(value) ? value[String(step)] : undefined
  return value === undefined || value === null
}

function isForm(request: FastifyRequest): boolean {
  const type = request.headers['content-type'] ?? ''
  return /^\s*application\/x-(www-form|form-www)-urlencoded\b/i.test(type)
}

/** A field given twice counts as missing: nobody can say which of the two was meant. */
function formFields(text: string): Record<string, unknown> {
  const byName = Map.groupBy(new URLSearchParams(text), ([name]) => name)
  return Object.fromEntries([...byName.values()].filter((fields) => fields.length === 1).flat())
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (cause) {
    throw new MatrixError('M_NOT_JSON', { cause })
  }
}
