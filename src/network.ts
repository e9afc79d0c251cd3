import type { Config } from './config/schema.ts'
import { createAddressGuard, type AddressGuard } from './net/address-guard.ts'
import { createHttpClient, type HttpClient } from './net/http-client.ts'
import { createResolver, type Resolver } from './net/resolver.ts'
import type { Runtime } from './runtime.ts'

/** The way out, as the `network` section has it. */
export interface Network {
  readonly resolver: Resolver
  readonly guard: AddressGuard
  readonly http: HttpClient
}

export interface NetworkOptions {
  readonly config: Config
  readonly runtime: Runtime
  /** PEM texts of `network.caFile`. */
  readonly authorities: readonly string[]
}

const LONGEST_DNS_MS = 5_000

export function createNetwork({ config, runtime, authorities }: NetworkOptions): Network {
  const { timeout, dnsServers, allowPrivate } = config.network
  const resolver = createResolver({
    servers: dnsServers,
    timeoutMs: Math.min(timeout, LONGEST_DNS_MS),
    random: runtime.random,
  })
  const guard = createAddressGuard({ allowPrivate })
  const { log } = runtime
  const http = createHttpClient({ resolver, guard, caFile: authorities, timeoutMs: timeout, log })
  return { resolver, guard, http }
}
