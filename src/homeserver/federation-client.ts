import type { HttpClient, HttpResponse } from '../net/http-client.ts'
import type { ServerDiscovery } from '../net/server-discovery.ts'

export interface FederationRequest {
  readonly method: 'GET' | 'POST' | 'PUT'
  /** Path with query, from `/_matrix/` on. */
  readonly path: string
  /** Sent as JSON. */
  readonly body?: unknown
  readonly timeoutMs?: number
  readonly maxBytes?: number
}

export interface FederationClient {
  /** Sends one request to the homeserver of that name. Throws HttpFailure when there is no complete answer. */
  request(serverName: string, request: FederationRequest): Promise<HttpResponse>
}

export interface FederationClientOptions {
  readonly discovery: ServerDiscovery
  readonly http: HttpClient
}

export function createFederationClient(options: FederationClientOptions): FederationClient {
  throw new Error(`not written ${typeof options.http}`)
}
