import { OperatorError } from '../../config/operator-error.ts'
import type { Config } from '../../config/schema.ts'
import { publicUrl } from '../../public-url.ts'
import { featuresOf, routesFor, type GatewayFeatures, type GatewayRoute } from './routes.ts'
import { listenerOf, upstreamFrom, type Upstream } from './upstream.ts'
import type { WellKnown } from './well-known.ts'

/** The site of a reverse proxy with Signpost behind it, and usually the homeserver too. */
export interface ProxySite {
  /** Public host name, without a port. */
  readonly host: string
  /** Public port of https. */
  readonly port: number
  /** Port on which the site sends browsers to https; null: it does not. */
  readonly plainPort: number | null
  readonly signpost: Upstream
  /** Null: the homeserver has a site of its own. */
  readonly homeserver: Upstream | null
  readonly features: GatewayFeatures
  /** Largest body that Signpost reads, in bytes. */
  readonly maxBodyBytes: number
  /** Largest upload that the homeserver takes (Synapse: `max_upload_size`), in bytes. */
  readonly maxUploadBytes: number
  /** PEM files; null: where the proxy or certbot keeps them. HAProxy wants both in one file, `chain`. */
  readonly certificate: { readonly chain: string; readonly key: string } | null
  /** Who answers `/.well-known/matrix/`: the homeserver, the proxy with these documents, or another site (null). */
  readonly wellKnown: 'homeserver' | WellKnown | null
}

/** What a command line or a form says beyond the configuration. */
export interface SiteOptions {
  /** Public host name, where it differs from that of the public URL. */
  readonly host?: string
  /** Signpost and the homeserver as the proxy reaches them; null: no homeserver. */
  readonly signpost?: Upstream
  readonly homeserver?: Upstream | null
  readonly features?: Partial<GatewayFeatures>
  readonly maxUploadBytes?: number
  readonly wellKnown?: ProxySite['wellKnown']
}

/** What Synapse and Dendrite take unless they are told otherwise, roughly. */
const UPLOAD_BYTES = 50 * 1024 * 1024
const usualHomeserver: Upstream = { host: '127.0.0.1', port: 8008, tls: false, tlsName: 'localhost' }

/** The site that a configuration asks for. Throws OperatorError when it does not say enough. */
export function siteOf(config: Config, options: SiteOptions = {}): ProxySite {
  const url = publicSiteUrl(config, options.host)
  const host = options.host ?? url.hostname
  const own = config.matrix.domain.replace(/:\d+$/, '').toLowerCase() === host
  const configured = config.matrix.homeserverUrl === null ? null : upstreamFrom(config.matrix.homeserverUrl)
  const homeserver = options.homeserver === undefined ? (configured ?? usualHomeserver) : options.homeserver
  return {
    host,
    port: Number(url.port) || 443,
    plainPort: url.port === '' ? 80 : null,
    signpost: options.signpost ?? listenerOf(config),
    homeserver,
    features: { ...featuresOf(config), ...options.features },
    maxBodyBytes: config.server.maxBodyBytes,
    maxUploadBytes: options.maxUploadBytes ?? UPLOAD_BYTES,
    certificate: null,
    wellKnown:
      options.wellKnown === undefined
        ? own && homeserver !== null
          ? 'homeserver'
          : null
        : options.wellKnown,
  }
}

/** The public URL, fit for a site. Throws OperatorError. */
function publicSiteUrl(config: Config, host: string | undefined): URL {
  const url = new URL(publicUrl(config))
  if (url.protocol !== 'https:') {
    // Nothing is configured yet.
    if (host !== undefined) return new URL(`https://${host}`)
    throw new OperatorError('snippet-impossible', {
      tried: 'write the site of a reverse proxy',
      likelyCause: 'The configuration does not say under which name the world reaches Signpost.',
      fix: 'Set matrix.domain (and server.publicUrl, when it has another name) in signpost.yaml, or add --server-name matrix.example.org.',
    })
  }
  if (url.pathname !== '/') {
    throw new OperatorError('snippet-impossible', {
      tried: 'write the site of a reverse proxy',
      likelyCause: `server.publicUrl has a path (${url.pathname}), which a proxy would have to cut off.`,
      fix: 'Give Signpost the root of a host name, which it can share with the homeserver: https://matrix.example.org',
    })
  }
  return url
}

/** The routes of a site, sorted by how proxies write them. */
export interface SiteRoutes {
  readonly prefixes: readonly string[]
  /** Client endpoints without other methods: what follows the version. */
  readonly plain: readonly string[]
  /** Those that share their paths with the homeserver. */
  readonly shared: readonly (GatewayRoute & { readonly tail: string; readonly methods: readonly string[] })[]
}

export function siteRoutes({ features, homeserver }: ProxySite): SiteRoutes {
  const routes = routesFor(features)
  const prefixes = routes.flatMap(({ match }) => (match.kind === 'prefix' ? [match.path] : []))
  const client = routes.flatMap((route) =>
    route.match.kind === 'client' ? [{ ...route, tail: route.match.tail }] : [],
  )
  // Without a homeserver on the site there is nobody else to ask.
  const isShared = (route: GatewayRoute) => route.shared && homeserver !== null
  return {
    prefixes,
    plain: client.filter((route) => !isShared(route)).map(({ tail }) => tail),
    shared: client.flatMap((route) =>
      isShared(route) && route.methods !== null ? [{ ...route, methods: route.methods }] : [],
    ),
  }
}

/** Paths of the homeserver's: everything of Matrix that is not Signpost's, and Synapse's pages for signing in. */
export function homeserverPrefixes({ homeserver, wellKnown }: ProxySite): readonly string[] {
  if (homeserver === null) return []
  return ['/_matrix/', '/_synapse/client/', ...(wellKnown === 'homeserver' ? ['/.well-known/matrix/'] : [])]
}

/** What stands on top of every site. */
export function siteRemarks(site: ProxySite): string[] {
  const { signpost, wellKnown } = site
  return [
    `The public site https://${site.host}${site.port === 443 ? '' : `:${site.port}`}, with Signpost ${
      site.homeserver === null ? 'behind it.' : 'and the homeserver behind it.'
    }`,
    `A proxy on another machine reaches Signpost not as ${signpost.host}: set server.listen.host and add the proxy's address to server.trustedProxies in signpost.yaml.`,
    ...(wellKnown === null
      ? ['The web site of the Matrix domain leads clients here: signpost snippet well-known']
      : wellKnown === 'homeserver'
        ? [
            "/.well-known/matrix/ is the homeserver's (signpost snippet synapse); with --well-known proxy it is written here.",
          ]
        : []),
  ]
}
