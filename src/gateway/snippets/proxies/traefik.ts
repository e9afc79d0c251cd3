import { clientPattern, methodsThrough } from '../routes.ts'
import { homeserverPrefixes, siteRemarks, siteRoutes, type ProxySite } from '../site.ts'
import { commented, indent, type Lines, type Snippet } from '../snippet.ts'
import { isLocal, originOf, type Upstream } from '../upstream.ts'

/** A file of dynamic configuration for Traefik 3 (provider `file`). */
export function renderTraefik(site: ProxySite): Snippet {
  const { host, signpost, homeserver, wellKnown } = site
  const { prefixes, plain, shared } = siteRoutes(site)
  const remarks = [
    ...siteRemarks(site),
    'It expects an entry point "websecure" and a certificate resolver "letsencrypt" in the static configuration.',
    'Traefik 3.6.4 to 3.6.6 refuse %2F and the like in paths until the encodedCharacters of that entry point allow them.',
    'Large uploads over slow lines need transport.respondingTimeouts.readTimeout of that entry point; 60s is the default.',
    ...(wellKnown === null || wellKnown === 'homeserver'
      ? []
      : [
          'Traefik cannot answer /.well-known/matrix/ by itself: serve what "signpost snippet well-known" prints from a web server.',
        ]),
  ]
  const own = [
    ...prefixes.map((path) => `PathPrefix(\`${path}\`)`),
    ...(plain.length === 0 ? [] : [`PathRegexp(\`${clientPattern(plain)}\`)`]),
    ...shared.map(({ tail, methods }) => {
      const wanted = methodsThrough(methods).map((method) => `Method(\`${method}\`)`)
      return `(PathRegexp(\`${clientPattern([tail])}\`) && (${wanted.join(' || ')}))`
    }),
  ]
  const others = homeserverPrefixes(site).map((path) => `PathPrefix(\`${path}\`)`)
  return commented('#', `/etc/traefik/dynamic/${host}.yml`, remarks, [
    'http:',
    indent('  ', [
      own.length === 0 && homeserver === null ? 'routers: {}' : 'routers:',
      indent('  ', [
        own.length === 0 ? null : router('signpost', 200, host, own),
        homeserver === null ? null : router('homeserver', 100, host, others),
      ]),
      '',
      'services:',
      indent('  ', [
        service('signpost', signpost),
        homeserver === null ? null : service('homeserver', homeserver),
      ]),
      transports([
        ['signpost', signpost],
        ['homeserver', homeserver],
      ]),
    ]),
  ])
}

function router(name: string, priority: number, host: string, paths: readonly string[]): Lines {
  return [
    `${name}:`,
    indent('  ', [
      'rule: >-',
      indent('  ', [`Host(\`${host}\`) && (`, indent('  ', joined(paths)), ')']),
      `# The higher priority is tried first.`,
      `priority: ${priority}`,
      'entryPoints: [websecure]',
      `service: ${name}`,
      'tls:',
      '  certResolver: letsencrypt',
    ]),
  ]
}

const joined = (paths: readonly string[]) =>
  paths.map((path, index) => (index < paths.length - 1 ? `${path} ||` : path))

function service(name: string, upstream: Upstream): Lines {
  return [
    `${name}:`,
    indent('  ', [
      'loadBalancer:',
      indent('  ', [
        upstream.tls ? `serversTransport: ${name}` : null,
        'servers:',
        `  - url: ${originOf(upstream)}`,
      ]),
    ]),
  ]
}

function transports(upstreams: readonly (readonly [string, Upstream | null])[]): Lines {
  const encrypted = upstreams.flatMap(([name, upstream]) =>
    upstream?.tls === true ? [{ name, upstream }] : [],
  )
  if (encrypted.length === 0) return []
  return [
    '',
    'serversTransports:',
    indent(
      '  ',
      encrypted.map(({ name, upstream }) => [
        `${name}:`,
        indent('  ', [
          `serverName: ${upstream.tlsName}`,
          isLocal(upstream) ? 'insecureSkipVerify: true' : null,
        ]),
      ]),
    ),
  ]
}
