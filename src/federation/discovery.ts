import { LRUCache } from 'lru-cache'
import { parseServerName } from '../matrix/identifiers.ts'
import { DnsFailure, saysNotAvailable, type Resolver, type SrvRecord } from '../net/resolver.ts'
import type { Clock } from '../runtime.ts'
import type { Peer } from './peer.ts'
import { PeerFailure } from './peer-failure.ts'

/** The identity server of a domain, by its DNS record `_matrix-identity._tcp`; without one it has none (as mxisd). */
export interface PeerDiscovery {
  /** Throws PeerFailure `dns` when DNS gives no answer, which says nothing about the domain. */
  find(domain: string): Promise<Discovered>
}

export type Discovered =
  | { readonly peer: Peer }
  /** `no-record`: nothing is said; `not-offered`: the record says that there is none; `unusable`: it names no server. */
  | { readonly peer: null; readonly reason: 'no-record' | 'not-offered' | 'unusable' }

export interface PeerDiscoveryOptions {
  readonly resolver: Resolver
  readonly clock: Clock
  readonly lifetimes: {
    /** How long a record is used, in milliseconds; DNS's own lifetime is not known to Node. */
    readonly found: number
    /** How long a domain without record, or without answer of DNS, is left alone. */
    readonly unreachable: number
  }
}

interface Entry {
  readonly outcome: Discovered | PeerFailure
  readonly until: number
}

const MAX_DOMAINS = 10_000
/** A stranger's record set may be long; this many servers are tried. */
const MAX_TARGETS = 8

export const serviceName = (domain: string) => `_matrix-identity._tcp.${domain}`

export function createPeerDiscovery({ resolver, clock, lifetimes }: PeerDiscoveryOptions): PeerDiscovery {
  const cache = new LRUCache<string, Entry>({ max: MAX_DOMAINS })
  const underWay = new Map<string, Promise<Entry>>()

  async function ask(domain: string): Promise<Entry> {
    try {
      const outcome = readRecords(domain, await resolver.srv(serviceName(domain)))
      const lifetime = outcome.peer === null ? lifetimes.unreachable : lifetimes.found
      return { outcome, until: clock.now() + lifetime }
    } catch (error) {
      if (!(error instanceof DnsFailure)) throw error
      const fix = 'Ask again later. Where other names fail too, check the DNS of this machine.'
      const outcome = new PeerFailure('dns', error.message, fix, error)
      return { outcome, until: clock.now() + lifetimes.unreachable }
    }
  }

  function refresh(domain: string): Promise<Entry> {
    const shared = underWay.get(domain)
    if (shared !== undefined) return shared
    const asked = ask(domain)
      .then((entry) => {
        cache.set(domain, entry)
        return entry
      })
      .finally(() => underWay.delete(domain))
    underWay.set(domain, asked)
    return asked
  }

  return {
    async find(domain) {
      const known = cache.get(domain)
      const { outcome } = known !== undefined && clock.now() < known.until ? known : await refresh(domain)
      if (outcome instanceof PeerFailure) throw outcome
      return outcome
    },
  }
}

/** HTTPS to each target, under the target's own name. */
export function readRecords(domain: string, records: readonly SrvRecord[]): Discovered {
  if (records.length === 0) return { peer: null, reason: 'no-record' }
  if (saysNotAvailable(records)) return { peer: null, reason: 'not-offered' }
  const [first, ...more] = records
    .filter(({ target, port }) => parseServerName(target)?.kind === 'dns' && port > 0)
    .slice(0, MAX_TARGETS)
    .map(({ target, port }) => `https://${target.toLowerCase()}:${port}`)
  if (first === undefined) return { peer: null, reason: 'unusable' }
  return { peer: { name: domain, urls: [first, ...more], trust: 'stranger' } }
}
