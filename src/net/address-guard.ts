import ipaddr from 'ipaddr.js'
import { parseIp, type IpAddress } from './ip-address.ts'
import { createNetworkList } from './network-list.ts'

/** Decides which IP addresses Signpost connects to when a stranger named the server. */
export interface AddressGuard {
  /** True when Signpost may connect to this address. False for text that is no IP address in its usual notation. */
  check(ip: string): boolean
}

/** Special-purpose networks (IANA registries; RFC 6890) and the metadata service that hides in public space. */
const refusedNetworks = [
  '0.0.0.0/8', // "this host": Linux connects 0.0.0.0 to loopback
  '10.0.0.0/8',
  '100.64.0.0/10', // carrier-grade NAT; holds Alibaba's metadata service
  '127.0.0.0/8',
  '168.63.129.16/32', // Azure's platform service
  '169.254.0.0/16', // link-local; holds most metadata services
  '172.16.0.0/12',
  '192.0.0.0/24', // protocol assignments; holds Oracle's metadata service
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // 6to4 relays
  '192.168.0.0/16',
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, and broadcast
  // IPv6 outside global unicast (2000::/3): ::, ::1, IPv4-compatible, IPv4-translated, NAT64 (64:ff9b::/96 and
  // 64:ff9b:1::/48), discard-only (100::/64), unique local, link-local, site-local, multicast.
  '::/3',
  '4000::/2',
  '8000::/1',
  '2001::/23', // protocol assignments: Teredo, ORCHID, benchmarks
  '2001:db8::/32', // documentation
  '3fff::/20', // documentation
] as const

/** Where IPv6 transition forms carry an IPv4 address: network, byte offset, and whether its bits are inverted. */
const ipv4Carriers = [
  { network: '::/96', at: 12, inverted: false }, // IPv4-compatible
  { network: '::ffff:0:0:0/96', at: 12, inverted: false }, // IPv4-translated
  { network: '64:ff9b::/96', at: 12, inverted: false }, // NAT64
  { network: '64:ff9b:1::/48', at: 12, inverted: false }, // NAT64, local use
  { network: '2002::/16', at: 2, inverted: false }, // 6to4
  { network: '2001::/32', at: 12, inverted: true }, // Teredo client
].map((form) => ({ ...form, list: createNetworkList([form.network]) }))

const refused = createNetworkList(refusedNetworks)

/**
 * A guard that refuses everything that is not ordinary public address space. `allowPrivate` (addresses and networks)
 * wins over the refusals, also for an IPv4 address that arrives wrapped in an IPv6 form.
 */
export function createAddressGuard(options: { readonly allowPrivate: readonly string[] }): AddressGuard {
  const allowed = createNetworkList(options.allowPrivate)
  return {
    check(ip) {
      const address = parseIp(ip)
      if (address === null) return false
      const carried = carriedIpv4(address)
      if (allowed.contains(address) || (carried !== null && allowed.contains(carried))) return true
      return !refused.contains(address) && !(carried !== null && refused.contains(carried))
    },
  }
}

function carriedIpv4(address: IpAddress): ipaddr.IPv4 | null {
  const form = ipv4Carriers.find(({ list }) => list.contains(address))
  if (form === undefined) return null
  const bytes = address.toByteArray().slice(form.at, form.at + 4)
  return new ipaddr.IPv4(form.inverted ? bytes.map((byte) => byte ^ 0xff) : bytes)
}
