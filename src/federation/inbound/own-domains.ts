import type { Config } from '../../config/schema.ts'
import { parseServerName } from '../../matrix/identifiers.ts'
import { canonicalDomain } from '../../matrix/threepid.ts'

/**
 * Whether a peer may have found us by the DNS record of this domain. Without a list of domains any record may lead
 * here: whoever publishes one gives us its questions on purpose.
 */
export function isOwnDestination(config: Config, destination: string): boolean {
  const domain = canonicalDomain(destination)
  if (domain === null) return false
  const { domains } = config.federation.inbound
  return domains.length === 0 || [...ownHosts(config), ...domains.map(canonicalDomain)].includes(domain)
}

/** Whether a peer claims to be ourselves. */
export function isOwnHost(config: Config, hostname: string): boolean {
  return ownHosts(config).includes(hostname.toLowerCase())
}

/** Lower-case hosts of our Matrix domain and of the names of this server, which may carry a port or a path. */
function ownHosts({ matrix, server }: Config): string[] {
  return [matrix.domain, ...server.names]
    .map((name) => parseServerName(name.split('/')[0] ?? '')?.hostname.toLowerCase())
    .filter((host) => host !== undefined)
}
