import { parseIp, type IpAddress } from './ip-address.ts'
import { createNetworkList } from './network-list.ts'

export { createNetworkList, type NetworkList } from './network-list.ts'

/** From the address of the socket's peer and the X-Forwarded-For header to the address of the client. */
export type ClientAddress = (socketAddress: string, forwardedFor: string | undefined) => string

/**
 * Believes X-Forwarded-For as far as trusted proxies wrote it: from the right, each trusted hop vouches for the entry
 * left of it. An entry that is no address ends the walk, since a proxy that passes garbage on vouches for nothing.
 */
export function createClientAddress(options: { readonly trustedProxies: readonly string[] }): ClientAddress {
  const trusted = createNetworkList(options.trustedProxies)
  return (socketAddress, forwardedFor) => {
    let client = parseIp(socketAddress)
    if (client === null) return socketAddress
    const hops = forwardedFor === undefined ? [] : forwardedFor.split(',')
    for (const hop of hops.reverse()) {
      if (!trusted.contains(client)) break
      const next = parseHop(hop.trim())
      if (next === null) break
      client = next
    }
    return client.toString()
  }
}

/** Some proxies append the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function parseHop(hop: string): IpAddress | null {
  const [, bracketed, plain] = /^(?:\[([^\]]+)\](?::\d+)?|([\d.]+):\d+)$/.exec(hop) ?? []
  return parseIp(bracketed ?? plain ?? hop)
}
