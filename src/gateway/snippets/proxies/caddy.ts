import { clientPattern, methodsThrough } from '../routes.ts'
import { homeserverPrefixes, siteRemarks, siteRoutes, type ProxySite } from '../site.ts'
import { commented, indent, type Lines, type Snippet } from '../snippet.ts'
import { isLocal, authorityOf, type Upstream } from '../upstream.ts'
import { documentsOf } from '../well-known.ts'

/** A site for Caddy 2. It itself sends browsers to https and gets the certificate. */
export function renderCaddy(site: ProxySite): Snippet {
  const { host, port, signpost, homeserver, certificate } = site
  const { prefixes, plain, shared } = siteRoutes(site)
  const remarks = [
    ...siteRemarks(site),
    'In a site that you already have, put the lines for Signpost before those for /_matrix, within a "route" block: elsewhere Caddy sorts them anew.',
  ]
  return commented('#', '/etc/caddy/Caddyfile', remarks, [
    `${host}${port === 443 ? '' : `:${port}`} {`,
    indent('\t', [
      certificate === null ? null : [`tls ${certificate.chain} ${certificate.key}`, ''],
      plain.length === 0 ? null : [`@signpost path_regexp ${clientPattern(plain)}`, ''],
      shared.map(({ name, tail, methods }) => [
        `@${name} {`,
        indent('\t', [`path_regexp ${clientPattern([tail])}`, `method ${methodsThrough(methods).join(' ')}`]),
        '}',
        '',
      ]),
      'route {',
      indent('\t', [
        prefixes.map((path) => proxied(`${path}*`, signpost)),
        plain.length === 0 ? null : proxied('@signpost', signpost),
        shared.map(({ name }) => proxied(`@${name}`, signpost)),
        wellKnownAnswers(site),
        homeserver === null ? null : homeserverPrefixes(site).map((path) => proxied(`${path}*`, homeserver)),
        'respond 404',
      ]),
      '}',
    ]),
    '}',
  ])
}

function proxied(matcher: string, upstream: Upstream): Lines {
  if (!upstream.tls) return [`reverse_proxy ${matcher} ${authorityOf(upstream)}`]
  return [
    `reverse_proxy ${matcher} https://${authorityOf(upstream)} {`,
    indent('\t', [
      // Caddy 2.11 puts the name of the upstream there (caddyserver/caddy#7454); older ones remark that it is not needed.
      'header_up Host {hostport}',
      'transport http {',
      indent('\t', [
        isLocal(upstream) ? 'tls_insecure_skip_verify' : null,
        `tls_server_name ${upstream.tlsName}`,
      ]),
      '}',
    ]),
    '}',
  ]
}

function wellKnownAnswers({ wellKnown }: ProxySite): Lines {
  if (wellKnown === null || wellKnown === 'homeserver') return []
  return [
    'header /.well-known/matrix/* Content-Type application/json',
    'header /.well-known/matrix/* Access-Control-Allow-Origin *',
    documentsOf(wellKnown).map(({ path, json }) => `respond ${path} \`${json}\``),
  ]
}
