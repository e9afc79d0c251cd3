export { createNetworkList, type NetworkList } from './network-list.ts'

/** From the socket's peer address and the X-Forwarded-For header to the address of the client. */
export type ClientAddress = (socketAddress: string, forwardedFor: string | undefined) => string

export function createClientAddress(options: { readonly trustedProxies: readonly string[] }): ClientAddress {
  throw new Error(`not written ${options.trustedProxies.length}`)
}
