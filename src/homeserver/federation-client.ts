import type { HttpClient, HttpResponse } from '../net/http-client.ts'
import type { ServerDiscovery } from '../net/server-discovery.ts'

/** Unsigned requests to the federation API of other people's homeservers: OpenID checks, keys, onbind. */
export interface FederationClient {
  /** Sends one request to the homeserver of that name. Throws HttpFailure when there is no complete answer. */
  request(serverName: string, request: FederationRequest): Promise<HttpResponse>
}

export interface FederationRequest {
  readonly method: 'GET' | 'POST' | 'PUT'
  /** Path with query, from `/_matrix/` on. */
  readonly path: string
  /** Sent as JSON. */
  readonly body?: unknown
  readonly timeoutMs?: number
  /** Longest response body. Default 64 KiB. */
  readonly maxBytes?: number
}

export interface FederationClientOptions {
  readonly discovery: ServerDiscovery
  readonly http: HttpClient
}

/**
 * Finds the server, then asks it. Several SRV targets are tried in turn, but only while connecting: once one of them
 * may have got the request, it is not sent again.
 */
export function createFederationClient({ discovery, http }: FederationClientOptions): FederationClient {
  return {
    async request(serverName, { path, body, ...request }) {
      const { url, targets, hostHeader, trust } = await discovery.resolve(serverName)
      const content = body === undefined ? {} : { body: JSON.stringify(body) }
      const headers = body === undefined ? {} : { 'content-type': 'application/json' }
      return http.request({ ...request, ...content, url: url + path, targets, hostHeader, trust, headers })
    },
  }
}
