import type { Config } from '../config/schema.ts'
import { canonicalDomain, canonicalEmail, type ThreePid } from '../matrix/threepid.ts'

/** What stands behind the `@` of a canonical address; empty when there is none. */
export function domainOf(address: string): string {
  const at = address.lastIndexOf('@')
  return at === -1 ? '' : address.slice(at + 1)
}

export type MayAsk =
  { readonly ask: true } | { readonly ask: false; readonly why: string; readonly fix: string }

/** Which domains may be asked for addresses of theirs. */
export interface DomainRules {
  mayAsk(domain: string): MayAsk
  /** Whether a host is this server itself, to which a foreign DNS record may lead. */
  isOwnHost(host: string): boolean
}

/** `ownNames`: under which others know this server, with port or path where they have one. */
export function createDomainRules(
  { outbound, inbound }: Config['federation'],
  ownNames: readonly string[],
): DomainRules {
  const hosts = new Set(ownNames.map(hostIn))
  const own = canonicalSet([...hosts, ...inbound.domains])
  const allowed = canonicalSet(outbound.allow)
  const denied = canonicalSet(outbound.deny)
  return {
    isOwnHost: (host) => hosts.has(host.toLowerCase()),
    mayAsk(domain) {
      if (!outbound.enabled)
        return no('Federation is switched off.', 'Set federation.outbound.enabled: true.')
      if (own.has(domain)) return no(`${domain} is a domain of this server itself.`, 'Look it up here.')
      if (denied.has(domain)) return no(`${domain} is denied.`, 'Take it out of federation.outbound.deny.')
      if (outbound.allow.length > 0 && !allowed.has(domain)) {
        return no(`${domain} is not among the allowed domains.`, 'Add it to federation.outbound.allow.')
      }
      return { ask: true }
    },
  }
}

/** Addresses that stand in canonical form, by their domain. Others belong to nobody and are told nobody. */
export function byDomain(addresses: readonly ThreePid[]): ReadonlyMap<string, readonly ThreePid[]> {
  const emails = addresses.filter(
    ({ medium, address }) => medium === 'email' && canonicalEmail(address) === address,
  )
  return Map.groupBy(emails, ({ address }) => domainOf(address))
}

const no = (why: string, fix: string): MayAsk => ({ ask: false, why, fix })

/** The host of `host:port/path`. */
function hostIn(name: string): string {
  return (URL.parse(`https://${name}`)?.hostname ?? name).toLowerCase()
}

function canonicalSet(domains: readonly string[]): ReadonlySet<string> {
  return new Set(domains.map(canonicalDomain).filter((domain) => domain !== null))
}
