import ipaddr from 'ipaddr.js'

export type IpAddress = ipaddr.IPv4 | ipaddr.IPv6

/**
 * Reads an IP address in its usual notation. Zone ids are dropped and IPv4-mapped IPv6 addresses become IPv4. Null for
 * anything else: the octal, hexadecimal and short forms of IPv4 mean different addresses to different programs.
 */
export function parseIp(text: string): IpAddress | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text)
  const [address = ''] = text.split('%')
  if (!ipaddr.IPv6.isValid(address)) return null
  const parsed = ipaddr.IPv6.parse(address)
  return parsed.isIPv4MappedAddress() ? parsed.toIPv4Address() : parsed
}
