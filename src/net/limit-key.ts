import ipaddr from 'ipaddr.js'
import { parseIp } from './ip-address.ts'

/** One customer gets at least this much of IPv6 (RFC 6177), and can be at any address of it. */
const IPV6_PREFIX_BITS = 64

/**
 * What a client counts as in rate limits: an IPv4 address as it is (IPv4-mapped ones, too), an IPv6 address by its /64.
 * Text that is no IP address stays as it is.
 */
export function limitKey(address: string): string {
  const parsed = parseIp(address)
  if (parsed === null) return address
  if (parsed.kind() === 'ipv4') return parsed.toString()
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/${IPV6_PREFIX_BITS}`)}/${IPV6_PREFIX_BITS}`
}
