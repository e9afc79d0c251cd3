import type { Config } from '../../config/schema.ts'
import { createAddressGuard } from '../../net/address-guard.ts'
import { createHttpClient, type HttpClient } from '../../net/http-client.ts'
import { createResolver } from '../../net/resolver.ts'
import type { Runtime } from '../../runtime.ts'

/** A client of its own for certification authorities: it may trust one more, and lives as long as its mode. */
export function createTlsHttp(config: Config, caFile: readonly string[], runtime: Runtime): HttpClient {
  const { dnsServers, allowPrivate, timeout } = config.network
  const timeoutMs = Math.min(timeout, 5_000)
  return createHttpClient({
    resolver: createResolver({ servers: dnsServers, timeoutMs, random: runtime.random }),
    guard: createAddressGuard({ allowPrivate }),
    caFile,
    timeoutMs: timeout,
    log: runtime.log,
  })
}
