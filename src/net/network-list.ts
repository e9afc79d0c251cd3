import ipaddr from 'ipaddr.js'
import { parseIp, type IpAddress } from './ip-address.ts'

export interface NetworkList {
  /** True when the address lies in one of the networks. False for text that is no IP address. */
  contains(ip: string | IpAddress): boolean
}

/** A list of addresses and networks (`192.0.2.7`, `10.0.0.0/8`, `fd00::/8`). Throws an Error that names a bad entry. */
export function createNetworkList(entries: readonly string[]): NetworkList {
  const networks = entries.map(parseNetwork)
  return {
    contains(ip) {
      const address = typeof ip === 'string' ? parseIp(ip) : ip
      if (address === null) return false
      return networks.some(([base, bits]) => base.kind() === address.kind() && address.match(base, bits))
    },
  }
}

/** The list that `entries` says at the moment; it is read again only when that is another one. */
export function followNetworkList(entries: () => readonly string[]): NetworkList {
  let seen: readonly string[] | null = null
  let list = createNetworkList([])
  return {
    contains(ip) {
      const current = entries()
      if (current !== seen) {
        list = createNetworkList(current)
        seen = current
      }
      return list.contains(ip)
    },
  }
}

function parseNetwork(entry: string): [IpAddress, number] {
  const [text = '', bitsText, ...rest] = entry.trim().split('/')
  const base = parseIp(text)
  if (base === null || rest.length > 0) {
    throw new Error(
      `"${entry}" is not an IP address or network. Write it like 192.0.2.7, 10.0.0.0/8 or fd00::/8.`,
    )
  }
  const width = base.kind() === 'ipv4' ? 32 : 128
  if (bitsText === undefined) return [base, width]
  // A prefix written for an IPv4-mapped base counts from the 96 bits in front of the IPv4 address.
  const offset = base.kind() === 'ipv4' && ipaddr.IPv6.isValid(text) ? 96 : 0
  const bits = Number(bitsText) - offset
  if (!/^\d{1,3}$/.test(bitsText) || bits < 0 || bits > width) {
    throw new Error(
      `"${entry}" has no valid prefix length. It goes from ${offset} to ${width + offset} here.`,
    )
  }
  return [base, bits]
}
