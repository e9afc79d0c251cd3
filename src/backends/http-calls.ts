import type { z } from 'zod'
import {
  HttpFailure,
  type HttpClient,
  type HttpFailureCode,
  type HttpRequest,
  type HttpResponse,
} from '../net/http-client.ts'
import { BackendFailure, type BackendFailureCode } from './failure.ts'
import type { BackendContext } from './kind.ts'

export type HttpCall = Omit<HttpRequest, 'trust' | 'timeoutMs' | 'signal'>

/** HTTP as a backend speaks it: to servers that the operator named, within the backend's timeout. */
export interface HttpCalls {
  /** Any status is an answer. Throws `BackendFailure` when there is none. */
  request(call: HttpCall, signal: AbortSignal): Promise<HttpResponse>
  /** Ends the calls under way; later ones fail with `closed`. Harmless when repeated. */
  close(): Promise<void>
}

/** `setting` names the key that holds the URL, for the fixes. Connects to nothing and reads no file yet. */
export function createHttpCalls(context: BackendContext, caFile: string | null, setting: string): HttpCalls {
  let client: Promise<HttpClient> | null = null
  let closed = false

  async function connected(): Promise<HttpClient> {
    client ??= context.http(caFile)
    try {
      return await client
    } catch (error) {
      // A certificate file that is missing today may be there with the next call.
      client = null
      throw error
    }
  }

  return {
    async request(call, signal) {
      if (closed) throw closedFailure()
      const http = await connected()
      try {
        return await http.request({ ...call, signal, trust: 'operator', timeoutMs: context.timeoutMs })
      } catch (error) {
        throw closed ? closedFailure() : httpFailure(error, setting)
      }
    },
    async close() {
      closed = true
      await client?.then(
        (http) => http.close(),
        () => {},
      )
    },
  }
}

export function closedFailure(): BackendFailure {
  return new BackendFailure('closed', 'Signpost is shutting down.', 'Start Signpost again.')
}

/** The body as JSON of a shape. Throws `BackendFailure` `protocol`; `what` begins the sentence: "The answer of X". */
export function readJson<T extends z.ZodType>(
  response: HttpResponse,
  schema: T,
  what: string,
  fix: string,
): z.output<T> {
  if (isWebPage(response)) throw new BackendFailure('protocol', `${what} is a web page, not JSON.`, fix)
  const parsed = schema.safeParse(jsonOf(response, what, fix))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const where = issue === undefined || issue.path.length === 0 ? 'the whole' : issue.path.join('.')
  throw new BackendFailure('protocol', `${what} is not as expected: ${where} has another form.`, fix)
}

function jsonOf(response: HttpResponse, what: string, fix: string): unknown {
  try {
    return response.json()
  } catch (cause) {
    throw new BackendFailure('protocol', `${what} is not JSON.`, fix, cause)
  }
}

/** The login page or error page of something that stands in front of the server. */
export function isWebPage(response: HttpResponse): boolean {
  return /^\s*text\/html\b/i.test(response.headers['content-type'] ?? '')
}

const codes: Readonly<Record<HttpFailureCode, BackendFailureCode>> = {
  'refused-address': 'configuration',
  'bad-url': 'configuration',
  redirect: 'configuration',
  dns: 'dns',
  connect: 'connect',
  reset: 'connect',
  tls: 'tls',
  timeout: 'timeout',
  'too-large': 'protocol',
  'bad-json': 'protocol',
}

function httpFailure(error: unknown, setting: string): unknown {
  if (!(error instanceof HttpFailure)) return error
  return new BackendFailure(codes[error.code], error.message, fixOf(error.code, setting), error)
}

function fixOf(code: HttpFailureCode, setting: string): string {
  switch (code) {
    case 'dns':
      return `Check the host name in ${setting} and the DNS servers of this machine.`
    case 'tls':
      return `Let the server use a certificate for the name in ${setting}; for an authority of your own, set caFile.`
    case 'timeout':
      return 'See why the server is slow, or raise timeout.'
    case 'connect':
    case 'reset':
      return `See whether the server runs, and whether ${setting} names the right host and port.`
    default:
      return `Check ${setting}.`
  }
}
