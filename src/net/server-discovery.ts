import { parseServerName, type ServerName } from '../matrix/identifiers.ts'
import type { TcpTarget } from './connection.ts'
import { HttpFailure } from './http-failure.ts'
import { targetOf } from './request-url.ts'
import { DnsFailure, saysNotAvailable, type Resolver, type SrvRecord } from './resolver.ts'
import type { WellKnown } from './well-known.ts'

/** The step of discovery that settled where to connect. */
export type DiscoveryStep = 'pin' | 'ip-literal' | 'port' | 'well-known' | 'srv-fed' | 'srv' | 'default'

export interface ServerTarget {
  /** Base URL without trailing slash; its host is the name that the certificate must carry. */
  readonly url: string
  readonly hostHeader: string
  /** Name or IP address (without brackets) that the certificate must carry. */
  readonly tlsName: string
  /** Where to connect, in order of preference; never empty. */
  readonly targets: readonly TcpTarget[]
  readonly trust: 'stranger' | 'operator'
  /**
   * `well-known` where the delegated name settled it by itself (it is an IP address or has a port); where SRV or the
   * default port followed a delegation, that last step.
   */
  readonly via: DiscoveryStep
  /** The way that was taken, in one sentence for the operator. */
  readonly describe: string
}

/** From a server name to the place where its federation API answers (Server-Server API, "Resolving server names"). */
export interface ServerDiscovery {
  /** Throws HttpFailure: `bad-url` for text that is no server name, `dns` when the server says it is not there. */
  resolve(serverName: string): Promise<ServerTarget>
}

export interface ServerDiscoveryOptions {
  /** Server name to federation base URL (http or https), used as it is and trusted. */
  readonly pins: Readonly<Record<string, string>>
  readonly wellKnown: WellKnown
  readonly resolver: Resolver
}

const federationPort = 8448
/** A stranger's SRV set may be long; this many targets are tried. */
const maxTargets = 8

/** Builds discovery. It keeps nothing itself: the well-known lookup has its cache, DNS its own. */
export function createServerDiscovery(options: ServerDiscoveryOptions): ServerDiscovery {
  const { wellKnown, resolver } = options
  const pins = new Map(Object.entries(options.pins))

  /** SRV, then port 8448: what is left when neither the name nor its delegation says where to connect. */
  async function byDns(hostname: string, reason: string): Promise<ServerTarget> {
    for (const { via, prefix } of [
      { via: 'srv-fed', prefix: '_matrix-fed._tcp' },
      { via: 'srv', prefix: '_matrix._tcp' },
    ] as const) {
      const name = `${prefix}.${hostname}`
      const records = await srvOrNone(resolver, name)
      if (saysNotAvailable(records)) {
        throw new HttpFailure('dns', `${name} says that there is no such service.`, { mayHaveArrived: false })
      }
      const targets = records
        .filter(({ target }) => target !== '.')
        .slice(0, maxTargets)
        .map(({ target, port }) => ({ host: target, port }))
      const [first] = targets
      if (first !== undefined) {
        return named(hostname, targets, via, `${reason}; ${name} leads to ${first.host}:${first.port}`)
      }
    }
    const target = { host: hostname, port: federationPort }
    return named(hostname, [target], 'default', `${reason}; no SRV record, hence port ${federationPort}`)
  }

  return {
    async resolve(serverName) {
      const pin = pins.get(serverName)
      if (pin !== undefined) return pinned(serverName, pin)
      const name = parseServerName(serverName)
      if (name === null) {
        throw new HttpFailure('bad-url', 'This is not a Matrix server name.', { mayHaveArrived: false })
      }
      const own = explicit(serverName, name)
      if (own !== null) return { ...own, describe: `${serverName} says itself where to connect` }

      const delegation = await wellKnown.lookup(name.hostname)
      const delegated = delegation === null ? null : parseServerName(delegation.delegated)
      if (delegation === null || delegated === null) {
        return byDns(name.hostname, `${serverName} has no valid .well-known/matrix/server`)
      }
      const describe = `.well-known of ${serverName} names ${delegation.delegated}`
      const settled = explicit(delegation.delegated, delegated)
      return settled === null
        ? byDns(delegated.hostname, describe)
        : { ...settled, via: 'well-known', describe }
    },
  }
}

/** An IP literal or a name with a port needs no further look-up. */
function explicit(serverName: string, name: ServerName): Omit<ServerTarget, 'describe'> | null {
  if (name.kind === 'dns' && name.port === null) return null
  const host = name.kind === 'ipv6' ? `[${name.hostname}]` : name.hostname
  const port = name.port ?? federationPort
  return {
    url: `https://${host}:${port}`,
    hostHeader: serverName,
    tlsName: name.hostname,
    targets: [{ host: name.hostname, port }],
    trust: 'stranger',
    via: name.kind === 'dns' ? 'port' : 'ip-literal',
  }
}

/** The certificate is the name's own, never the SRV target's: DNS answers prove nothing. */
function named(
  hostname: string,
  targets: readonly TcpTarget[],
  via: DiscoveryStep,
  describe: string,
): ServerTarget {
  const url = `https://${hostname}`
  return { url, hostHeader: hostname, tlsName: hostname, targets, trust: 'stranger', via, describe }
}

function pinned(serverName: string, pin: string): ServerTarget {
  const url = new URL(pin)
  const target = targetOf(url)
  return {
    url: pin.replace(/\/+$/, ''),
    hostHeader: url.host,
    tlsName: target.host,
    targets: [target],
    trust: 'operator',
    via: 'pin',
    describe: `${serverName} is pinned to ${url.origin}`,
  }
}

/** Some DNS servers answer SERVFAIL to SRV questions; discovery goes on then, as TLS checks the name in any case. */
async function srvOrNone(resolver: Resolver, name: string): Promise<readonly SrvRecord[]> {
  try {
    return await resolver.srv(name)
  } catch (error) {
    if (error instanceof DnsFailure) return []
    throw error
  }
}
