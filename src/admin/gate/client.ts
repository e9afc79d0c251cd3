import { TLSSocket } from 'node:tls'
import type { FastifyRequest } from 'fastify'
import type { Config } from '../../config/schema.ts'
import { createClientAddress, createNetworkList } from '../../net/trusted-proxies.ts'

/** Where a request to the admin listener comes from. */
export interface Client {
  /** Of the person's machine, as far as trusted proxies tell. */
  readonly address: string
  /** Whether the browser speaks HTTPS, with us or with a trusted proxy. */
  readonly secure: boolean
}

export type ClientOf = (request: FastifyRequest) => Client

/** Believes the headers of `admin.trustedProxies` and of nobody else; follows the configuration. */
export function createClientOf(config: () => Config): ClientOf {
  let entries: readonly string[] | null = null
  let trusted = createNetworkList([])
  let clientAddress = createClientAddress({ trustedProxies: [] })
  return ({ socket, headers }) => {
    const { trustedProxies } = config().admin
    if (trustedProxies !== entries) {
      entries = trustedProxies
      trusted = createNetworkList(trustedProxies)
      clientAddress = createClientAddress({ trustedProxies })
    }
    const peer = socket.remoteAddress ?? ''
    return {
      address: clientAddress(peer, oneText(headers['x-forwarded-for'])),
      secure:
        socket instanceof TLSSocket ||
        (trusted.contains(peer) && oneText(headers['x-forwarded-proto']) === 'https'),
    }
  }
}

const oneText = (header: string | string[] | undefined) => (Array.isArray(header) ? header.join(',') : header)
