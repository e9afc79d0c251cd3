import type { Config } from '../../../config/schema.ts'
import { hostOf } from '../../../net/request-url.ts'
import { createResolver } from '../../../net/resolver.ts'
import { publicUrl } from '../../../public-url.ts'
import type { Random } from '../../../runtime.ts'

/** Longest wait for DNS. Without an answer a snippet says what depends on it. */
const LOOKUP_TIMEOUT_MS = 3_000

/** The addresses of Signpost's public name. Null when there is no name yet, or DNS does not answer. */
export async function publicAddressesOf(config: Config, random: Random): Promise<readonly string[] | null> {
  const { dnsServers } = config.network
  const resolver = createResolver({ servers: dnsServers, timeoutMs: LOOKUP_TIMEOUT_MS, random })
  try {
    const found = await resolver.addresses(hostOf(new URL(publicUrl(config))))
    return found.length === 0 ? null : found
  } catch {
    return null
  }
}
