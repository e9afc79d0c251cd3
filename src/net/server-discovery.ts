import type { TcpTarget } from './http-client.ts'
import type { Resolver } from './resolver.ts'
import type { WellKnown } from './well-known.ts'

export type DiscoveryStep = 'pin' | 'ip-literal' | 'port' | 'well-known' | 'srv-fed' | 'srv' | 'default'

export interface ServerTarget {
  /** Base URL without trailing slash; its host is the name the certificate must carry. */
  readonly url: string
  readonly hostHeader: string
  readonly tlsName: string
  /** Where to connect, in order of preference; never empty. */
  readonly targets: readonly TcpTarget[]
  readonly trust: 'stranger' | 'operator'
  readonly via: DiscoveryStep
  /** The way that was taken, in one sentence for the operator. */
  readonly describe: string
}

export interface ServerDiscovery {
  /** Throws HttpFailure `bad-url` for something that is no server name, `dns` when the server says it is not there. */
  resolve(serverName: string): Promise<ServerTarget>
}

export interface ServerDiscoveryOptions {
  /** Server name to federation base URL. */
  readonly pins: Readonly<Record<string, string>>
  readonly wellKnown: WellKnown
  readonly resolver: Resolver
}

export function createServerDiscovery(options: ServerDiscoveryOptions): ServerDiscovery {
  throw new Error(`not written ${Object.keys(options.pins).length}`)
}
