import { getCACertificates } from 'node:tls'
import type { Logger } from '../runtime.ts'
import type { AddressGuard } from './address-guard.ts'
import { createConnector, type TcpTarget } from './connection.ts'
import type { Answer } from './exchange.ts'
import { HttpFailure } from './http-failure.ts'
import { followRedirect, isRedirect, type Hop } from './redirect.ts'
import { checkedUrl, hostOf, targetOf } from './request-url.ts'
import type { Resolver } from './resolver.ts'

export type { TcpTarget } from './connection.ts'
export { HttpFailure, type HttpFailureCode } from './http-failure.ts'

export interface HttpRequest {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS'
  /** Absolute http: or https: URL without user name and password. */
  readonly url: string
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Limit for everything together: DNS, connection, TLS, redirects, headers and body. Default: the client's. */
  readonly timeoutMs?: number
  /** Ends the request early; it then fails as `timeout`. */
  readonly signal?: AbortSignal
  /** Longest response body. Default 64 KiB. */
  readonly maxBytes?: number
  /** How many redirects a GET follows. Default 0: a redirect is returned as it is. */
  readonly redirects?: number
  /** Who chose the URL: a `stranger` (the address guard decides) or the `operator` (no guard). */
  readonly trust: 'stranger' | 'operator'
  /** Where to connect, in order of preference, when that is not the URL's host. TLS name and Host stay the URL's. */
  readonly targets?: readonly TcpTarget[]
  /** Host header, when it is not the URL's host and port. */
  readonly hostHeader?: string
}

export interface HttpResponse {
  readonly status: number
  /** Names in lower case; repeated headers joined with `, `. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** The body read as JSON. Throws HttpFailure `bad-json`. */
  json(): unknown
}

/** Every outgoing HTTP request of Signpost goes through here. Proxies named in the environment are not used. */
export interface HttpClient {
  /** Throws HttpFailure when there is no complete answer; any HTTP status is an answer. */
  request(request: HttpRequest): Promise<HttpResponse>
  /** Resolves once no request is under way, at the latest when the time limit of the last one is over. */
  drain(): Promise<void>
  /** Ends the requests under way; later ones fail. */
  close(): Promise<void>
}

export interface HttpClientOptions {
  readonly resolver: Resolver
  readonly guard: AddressGuard
  /** PEM texts of certification authorities trusted besides the usual ones. */
  readonly caFile?: readonly string[]
  /** Default limit for a whole request. */
  readonly timeoutMs: number
  readonly log?: Logger
}

const defaultMaxBytes = 64 * 1024

/** Builds the client; see HttpRequest for what each request decides. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const connect = createConnector({
    resolver: options.resolver,
    ca: trustedAuthorities(options.caFile ?? []),
  })
  const closing = new AbortController()
  const underWay = new Set<Promise<unknown>>()

  async function send(hop: Hop, maxBytes: number, attemptMs: number, signal: AbortSignal): Promise<Answer> {
    const tlsName = hop.url.protocol === 'https:' ? hostOf(hop.url).replace(/\.$/, '') : null
    const guard = hop.trust === 'stranger' ? options.guard : null
    const socket = await connect({ targets: hop.targets, tlsName, guard }, attemptMs, signal)
    // Loaded with the first request: it takes a sixth of a start's time and memory.
    const { exchange } = await import('./exchange.ts')
    return await exchange(socket, { ...hop, maxBytes }, signal)
  }

  async function follow(request: HttpRequest, signal: AbortSignal, attemptMs: number): Promise<Answer> {
    let hop = firstHop(request)
    const redirects = hop.method === 'GET' ? (request.redirects ?? 0) : 0
    for (let followed = 0; ; followed++) {
      const answer = await send(hop, request.maxBytes ?? defaultMaxBytes, attemptMs, signal)
      if (redirects === 0 || !isRedirect(answer)) return answer
      if (followed === redirects) {
        throw new HttpFailure('redirect', `More than ${redirects} redirects.`, { mayHaveArrived: true })
      }
      hop = followRedirect(hop, answer)
    }
  }

  async function ask(request: HttpRequest): Promise<HttpResponse> {
    const timeoutMs = request.timeoutMs ?? options.timeoutMs
    const ends = [closing.signal, AbortSignal.timeout(timeoutMs)]
    const signal = AbortSignal.any(request.signal === undefined ? ends : [...ends, request.signal])
    try {
      return withJson(await follow(request, signal, Math.ceil(timeoutMs / 3)))
    } catch (error) {
      if (error instanceof HttpFailure) {
        // Host and code only: paths and queries carry tokens.
        const host = URL.parse(request.url)?.host
        options.log?.debug({ host, code: error.code, mayHaveArrived: error.mayHaveArrived }, 'request failed')
      }
      throw error
    }
  }

  return {
    request(request) {
      const answer = ask(request)
      underWay.add(answer)
      return answer.finally(() => underWay.delete(answer))
    },
    async drain() {
      while (underWay.size > 0) await Promise.allSettled(underWay)
    },
    async close() {
      closing.abort(new Error('Signpost is closing its connections.'))
    },
  }
}

function firstHop(request: HttpRequest): Hop {
  const url = checkedUrl(request.url)
  return {
    url,
    method: request.method ?? 'GET',
    headers: {
      accept: 'application/json',
      'user-agent': 'Signpost',
      ...request.headers,
      ...(request.hostHeader === undefined ? {} : { host: request.hostHeader }),
    },
    body: request.body ?? null,
    trust: request.trust,
    targets: request.targets ?? [targetOf(url)],
  }
}

/** Undefined leaves Node's own choice; a list given to TLS replaces that choice, so it has to hold it too. */
export function trustedAuthorities(extra: readonly string[]): readonly string[] | undefined {
  return extra.length === 0 ? undefined : [...getCACertificates('default'), ...extra]
}

function withJson(answer: Answer): HttpResponse {
  return {
    ...answer,
    json() {
      try {
        return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(answer.body)) as unknown
      } catch (cause) {
        throw new HttpFailure('bad-json', 'The answer is not JSON.', { mayHaveArrived: true, cause })
      }
    },
  }
}
