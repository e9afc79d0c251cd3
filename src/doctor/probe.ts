import type { HttpClient, HttpRequest, HttpResponse } from '../net/http-client.ts'
import { HttpFailure } from '../net/http-failure.ts'
import { answerOf, jsonIn } from './answers.ts'
import { TooSlow } from './fact.ts'
import { echoParameter, echoPath, echoSchema, preflightHeader, type Echo } from './echo.ts'

/** The request has reached this Signpost; `echo` is null for a preflight, which is answered without one. */
export interface Echoed {
  readonly arrived: true
  readonly echo: Echo | null
  readonly response: HttpResponse
}

/** Something else has answered, or nothing has. */
export interface NotArrived {
  readonly arrived: false
  readonly seen: HttpResponse | HttpFailure
}

export type Reply = Echoed | NotArrived

export interface ProbeRequest {
  readonly method?: NonNullable<HttpRequest['method']>
  /** Default: the doctor's own path, which holds the nonce. Any other gets it as a parameter. */
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Sends requests that this Signpost recognises as the doctor's. */
export interface Probe {
  /** Never throws HttpFailure; throws `TooSlow` when nothing comes in time. */
  ask(request: ProbeRequest, signal: AbortSignal): Promise<Reply>
  /** The doctor's own path, of which is known whether it arrives. */
  readonly ownPath: string
  /** The target that a request for this path has, as the server has to see it. */
  targetOf(path?: string): string
  readonly nonce: string
}

export interface ProbeOptions {
  readonly http: HttpClient
  readonly nonce: string
  /** Base URL without trailing slash. */
  readonly url: string
  /** Where to connect when that is not the URL's host. */
  readonly targets?: NonNullable<HttpRequest['targets']>
  readonly timeoutMs: number
}

export function createProbe({ http, nonce, url, targets, timeoutMs }: ProbeOptions): Probe {
  const ownPath = `${echoPath}/${nonce}`
  function targetOf(path?: string): string {
    if (path === undefined) return ownPath
    return `${path}${path.includes('?') ? '&' : '?'}${echoParameter}=${nonce}`
  }
  return {
    nonce,
    ownPath,
    targetOf,
    async ask({ method = 'GET', path, headers = {}, body }, signal) {
      const response = await answerOf(() =>
        http.request({
          method,
          url: url + targetOf(path),
          headers: { authorization: `Bearer ${nonce}`, ...headers },
          ...(body === undefined ? {} : { body }),
          ...(targets === undefined ? {} : { targets }),
          trust: 'operator',
          timeoutMs,
          signal,
        }),
      )
      if (response instanceof HttpFailure) {
        if (response.code === 'timeout') throw tooSlow(method, url, timeoutMs, response)
        return { arrived: false, seen: response }
      }
      if (method === 'OPTIONS' && response.headers[preflightHeader] === nonce) {
        return { arrived: true, echo: null, response }
      }
      const echo = echoIn(response)
      return echo === null ? { arrived: false, seen: response } : { arrived: true, echo, response }
    },
  }
}

function tooSlow(method: string, url: string, timeoutMs: number, cause: HttpFailure): TooSlow {
  return new TooSlow(`${method} ${url} got no answer within ${timeoutMs / 1000} s.`, { cause })
}

function echoIn(response: HttpResponse): Echo | null {
  return response.status === 200 ? (echoSchema.safeParse(jsonIn(response)).data ?? null) : null
}
