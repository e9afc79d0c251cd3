import type { Mapping } from '../lookup/mappings.ts'
import type { ThreePid } from '../matrix/threepid.ts'
import type { PeerAsker, PeerQuestion, PeerReply } from './ask-peer.ts'
import type { Discovered, PeerDiscovery } from './discovery.ts'
import { byDomain, type DomainRules } from './domains.ts'
import { inParallel } from './in-parallel.ts'
import type { PeerClient } from './peer-client.ts'
import type { Protocols } from './protocol.ts'
import type { RemoteSource } from './remote-source.ts'

export interface DomainLookupOptions {
  readonly rules: DomainRules
  readonly discovery: PeerDiscovery
  readonly protocols: Protocols
  readonly client: PeerClient
  readonly asker: PeerAsker
}

/** Of the domains in one request, this many are asked at a time. */
const AT_ONCE = 16

const protocolNames = { signed: 'signed lookup', v2: 'hashed v2 lookup', v1: 'v1 lookup in clear' } as const

/** E-mail addresses, asked of the identity server of their own domain. */
export function createDomainLookup(options: DomainLookupOptions): RemoteSource {
  const { rules, discovery, protocols, client, asker } = options

  const questionTo = (domain: string): PeerQuestion => ({
    kind: 'federation',
    source: `federation ${domain}`,
    ask: (addresses, signal) => askDomain(domain, addresses, signal),
  })

  async function askDomain(
    domain: string,
    addresses: readonly ThreePid[],
    signal: AbortSignal,
  ): Promise<PeerReply> {
    const found = await discovery.find(domain)
    if (found.peer === null) return { answers: new Map(), detail: absences[found.reason](domain) }
    const { peer } = found
    if (peer.urls.some((url) => rules.isOwnHost(new URL(url).hostname))) {
      return { answers: new Map(), detail: `The DNS record of ${domain} leads back to this server.` }
    }
    const { protocol, answers } = await protocols.lookup(peer, addresses, signal)
    return { answers, detail: `Asked ${client.urlOf(peer)}, ${protocolNames[protocol]}.` }
  }

  return {
    label: 'federation',
    async find(addresses, asking) {
      const groups = [...byDomain(addresses)].filter(([domain]) => rules.mayAsk(domain).ask)
      const found = await inParallel(groups, AT_ONCE, ([domain, group]) =>
        asker.find(questionTo(domain), group, asking),
      )
      return new Map<string, Mapping>(found.flatMap((part) => [...part]))
    },
    async explain(address) {
      const [domain] = byDomain([address]).keys()
      if (domain === undefined) return null
      const verdict = rules.mayAsk(domain)
      const question = questionTo(domain)
      if (verdict.ask) return await asker.explain(question, address)
      const { source } = question
      return { source, outcome: 'not-asked', mxid: null, ms: 0, detail: verdict.why }
    },
  }
}

type Absence = Extract<Discovered, { peer: null }>['reason']

export const absences: Readonly<Record<Absence, (domain: string) => string>> = {
  'no-record': (domain) => `${domain} has no DNS record _matrix-identity._tcp, so it has no identity server.`,
  'not-offered': (domain) => `${domain} says in DNS that it has no identity server.`,
  unusable: (domain) =>
    `The DNS record _matrix-identity._tcp of ${domain} names no host that could be asked.`,
}
