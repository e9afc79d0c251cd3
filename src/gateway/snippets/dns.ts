import { parseIp } from '../../net/ip-address.ts'
import { commented, type Snippet } from './snippet.ts'
import type { HomeserverFacts } from './homeservers/facts.ts'

const TTL = 3600

export interface DnsOptions {
  /** E-mail domains whose people others may find here. */
  readonly domains: readonly string[]
  /** False where other identity servers get no answers: they need not find this one. */
  readonly inbound: boolean
}

/** Zone-file lines (RFC 1035, 2782): where Signpost is, and that it answers for these e-mail domains. */
export function renderDns(facts: HomeserverFacts, { domains, inbound }: DnsOptions): Snippet {
  const { hostname, port, protocol } = new URL(facts.identityUrl)
  const number = Number(port) || (protocol === 'https:' ? 443 : 80)
  const answering = inbound ? domains : []
  const remarks = [
    `Records of ${[...new Set([...answering, hostname])].join(', ')}, for a zone file or the form of your provider.`,
    ...(inbound
      ? [`One _matrix-identity._tcp record for each e-mail domain whose people others may find.`]
      : ['federation.inbound.enabled is off, so there is no record that leads other identity servers here.']),
    ...(facts.refused.length > 0
      ? [
          `${facts.refused.join(', ')} is of use inside your network only; outside, the name has to lead to a public address.`,
        ]
      : []),
  ]
  const name = `${hostname}.`
  const addresses =
    facts.addresses === null
      ? [`; ${name} ${TTL} IN A 192.0.2.1   (the public address; it could not be looked up)`]
      : facts.addresses.map((address) => {
          return `${name} ${TTL} IN ${parseIp(address)?.kind() === 'ipv6' ? 'AAAA' : 'A'} ${address}`
        })
  return commented(';', 'the zone of your domain', remarks, [
    answering.map((domain) => `_matrix-identity._tcp.${domain}. ${TTL} IN SRV 10 0 ${number} ${name}`),
    addresses,
  ])
}
