import type { SecretSource } from '../config/types.ts'
import type { HttpClient } from '../net/http-client.ts'
import type { Runtime } from '../runtime.ts'
import type { Storage } from '../storage/storage.ts'
import type { Backend } from './backend.ts'

/** What Signpost lends to a backend. */
export interface BackendContext extends Runtime {
  readonly id: string
  /** The Matrix domain. */
  readonly domain: string
  /** Relative paths in the configuration start here. */
  readonly dataDir: string
  /** Longest wait for one answer, milliseconds. */
  readonly timeoutMs: number
  /** The value of a secret; `key` names it within the section, for messages. Throws `BackendFailure`. */
  secret(source: SecretSource, key: string): Promise<string>
  /** PEM texts: those of `network.caFile` and, when given, of a file of the backend's own. Throws `BackendFailure`. */
  authorities(caFile: string | null): Promise<readonly string[]>
  /** All IP addresses of a host, as `network.dnsServers` knows it; never empty. Throws `BackendFailure`. */
  addresses(hostname: string): Promise<readonly string[]>
  /** A client for servers that the operator named. Its requests need `trust: 'operator'`. */
  http(caFile: string | null): Promise<HttpClient>
  /** Signpost's own database, for the kind that keeps its people there. Null in a sync thread. */
  readonly storage: Storage | null
}

/** Builds a backend. Connects to nothing: a directory that is down must not keep Signpost from starting. */
export type CreateBackend<C> = (config: C, context: BackendContext) => Promise<Backend>
