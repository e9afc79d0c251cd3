import type { Requester } from '../../backends/backend.ts'
import type { Config } from '../../config/schema.ts'
import { followNetworkList } from '../../net/network-list.ts'

/** Who is behind a request over HTTP. The one place that decides who belongs to us, and who is a peer. */
export interface Requesters {
  /**
   * With a token its owner: our own users are clients, all others peers. Without one (null) a client within
   * `federation.recursion.networks`, else a peer. `address` is the IP address of the caller.
   */
  of(userId: string | null, address: string): Requester
  /** The homeserver of a user who is not ours; null for our own. Hashed lookups ask this every time: it is cheap. */
  foreignServer(userId: string): string | null
}

export function createRequesters(config: () => Config): Requesters {
  const trusted = followNetworkList(() => config().federation.recursion.networks)

  function foreignServer(userId: string): string | null {
    // No localpart has a colon in it (specification appendices, "User identifiers").
    const server = userId.slice(userId.indexOf(':') + 1)
    return server === config().matrix.domain ? null : server
  }

  return {
    of(userId, address) {
      const isOurs = userId === null ? trusted.contains(address) : foreignServer(userId) === null
      return { kind: isOurs ? 'client' : 'peer', userId, address }
    },
    foreignServer,
  }
}
