import type { Logger } from '../runtime.ts'
import type { AddressGuard } from './address-guard.ts'
import type { Resolver } from './resolver.ts'

export { HttpFailure, type HttpFailureCode } from './http-failure.ts'

export interface TcpTarget {
  /** Host name or IP address, without brackets. */
  readonly host: string
  readonly port: number
}

export interface HttpRequest {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE'
  /** Absolute http: or https: URL without user name and password. */
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Limit for everything: DNS, connection, TLS, headers and body. Default: the client's. */
  readonly timeoutMs?: number
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

export interface HttpClient {
  /** Throws HttpFailure when there is no complete answer; any HTTP status is an answer. */
  request(request: HttpRequest): Promise<HttpResponse>
  /** Ends the requests under way. */
  close(): Promise<void>
}

export interface HttpClientOptions {
  readonly resolver: Resolver
  readonly guard: AddressGuard
  /** PEM texts of certification authorities trusted besides the usual ones. */
  readonly caFile?: readonly string[]
  readonly timeoutMs: number
  readonly log?: Logger
}

export function createHttpClient(options: HttpClientOptions): HttpClient {
  throw new Error(`not written ${options.timeoutMs}`)
}
