import type { z } from 'zod'
import type { SecretSource } from '../../config/types.ts'
import { BackendFailure } from '../failure.ts'
import { readJson, type HttpCalls } from '../http-calls.ts'
import type { BackendContext } from '../kind.ts'
import type { EndpointName, EndpointUrls } from './endpoints.ts'
import { hasAnswer, type QuestionKind } from './status.ts'

export interface Question {
  readonly endpoint: EndpointName
  readonly kind: QuestionKind
  readonly body: object
  readonly signal: AbortSignal
  /** Longest answer. Default 1 MiB. */
  readonly maxBytes?: number
}

/** Asks an endpoint. Null when it says that there is nothing. Throws `BackendFailure`. */
export type AskEndpoint = <T extends z.ZodType>(question: Question, schema: T) => Promise<z.output<T> | null>

const mebibyte = 1024 * 1024
const jsonFix = 'See what the service answers there; docs/rest-backend.md describes what is expected.'

export function createAskEndpoint(
  context: BackendContext,
  http: HttpCalls,
  urls: EndpointUrls,
  headers: Readonly<Record<string, SecretSource>>,
): AskEndpoint {
  const withCredentials = Object.keys(headers).length > 0
  return async ({ endpoint, kind, body, signal, maxBytes = mebibyte }, schema) => {
    const url = urls[endpoint]
    const setting = `endpoints.${endpoint}`
    if (url === null) return null
    const response = await http.request(
      {
        method: 'POST',
        url,
        headers: {
          ...(await readHeaders(context, headers)),
          'content-type': 'application/json; charset=utf-8',
        },
        body: JSON.stringify(body),
        maxBytes,
      },
      signal,
    )
    if (!hasAnswer(response, kind, { setting, withCredentials })) return null
    if (response.body.length === 0 && kind !== 'login' && endpoint !== 'list') return null
    return readJson(response, schema, `The answer of ${setting}`, jsonFix)
  }
}

/** Read with each request, so that a secret which changes counts at once. */
export async function readHeaders(
  context: BackendContext,
  headers: Readonly<Record<string, SecretSource>>,
): Promise<Record<string, string>> {
  const read: Record<string, string> = {}
  for (const [name, source] of Object.entries(headers)) {
    const setting = `headers.${name}`
    const value = await context.secret(source, setting)
    // RFC 9110, section 5.5: anything else would end the header, or be garbled on the way.
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
      const fix = `Write ${setting} as one line.`
      throw new BackendFailure('configuration', `The value of ${setting} cannot stand in a header.`, fix)
    }
    read[name.toLowerCase()] = value
  }
  return read
}
