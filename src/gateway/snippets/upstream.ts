import { OperatorError } from '../../config/operator-error.ts'
import type { Config } from '../../config/schema.ts'
import { publicUrl } from '../../public-url.ts'
import { parseIp } from '../../net/ip-address.ts'

/** A server as a proxy reaches it. */
export interface Upstream {
  /** Without the brackets of IPv6. */
  readonly host: string
  readonly port: number
  readonly tls: boolean
  /** The name on its certificate. */
  readonly tlsName: string
}

/** `http://127.0.0.1:8090`, without a trailing slash. */
export function originOf(upstream: Upstream): string {
  return `${upstream.tls ? 'https' : 'http'}://${authorityOf(upstream)}`
}

/** `127.0.0.1:8090` */
export function authorityOf({ host, port }: Upstream): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** True when nobody can stand between the proxy and this server, so that its certificate need not be checked. */
export function isLocal({ host }: Upstream): boolean {
  return host === 'localhost' || parseIp(host)?.range() === 'loopback'
}

/** Reads an http(s) URL. Null when it is none, or has more than an origin: a proxy passes paths on as they are. */
export function upstreamFrom(url: string, tlsName?: string): Upstream | null {
  const parsed = URL.parse(url)
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) return null
  if (parsed.pathname !== '/' || parsed.search !== '' || parsed.username !== '') return null
  const host = parsed.hostname.replace(/^\[|\]$/g, '')
  const tls = parsed.protocol === 'https:'
  return { host, port: Number(parsed.port) || (tls ? 443 : 80), tls, tlsName: tlsName ?? host }
}

const everyAddress: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' }

/** Signpost's public listener, as a proxy on the same machine reaches it. */
export function listenerOf(config: Config): Upstream {
  const { host, port } = config.server.listen
  if (port === 0) {
    throw new OperatorError('snippet-impossible', {
      tried: 'say where the proxy reaches Signpost',
      likelyCause: 'server.listen.port is 0, so every start picks another port.',
      fix: 'Set server.listen.port in signpost.yaml (8090, for example), or give the address with --upstream URL.',
    })
  }
  const tlsName = new URL(publicUrl(config)).hostname
  return { host: everyAddress[host] ?? host, port, tls: config.server.tls.mode !== 'proxy', tlsName }
}
