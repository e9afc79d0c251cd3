import { clientPattern, methodsThrough } from '../routes.ts'
import { homeserverPrefixes, siteRemarks, siteRoutes, type ProxySite } from '../site.ts'
import { commented, indent, type Lines, type Snippet } from '../snippet.ts'
import { authorityOf, isLocal, type Upstream } from '../upstream.ts'
import { documentsOf } from '../well-known.ts'

/** A front end and its back ends for HAProxy; `http-request return` came with 2.2. */
export function renderHaproxy(site: ProxySite): Snippet {
  const { host, port, plainPort, certificate, homeserver } = site
  const chain = certificate?.chain ?? `/etc/haproxy/certs/${host}.pem`
  const remarks = [
    ...siteRemarks(site),
    `${chain} holds the certificate chain and the private key, one after the other.`,
    'When you already have a front end on this port, move its acl and use_backend lines there.',
  ]
  return commented('#', '/etc/haproxy/haproxy.cfg', remarks, [
    'frontend matrix',
    indent('    ', [
      'mode http',
      plainPort === null ? null : `bind :${plainPort},[::]:${plainPort}`,
      `bind :${port},[::]:${port} ssl crt ${chain} alpn h2,http/1.1`,
      plainPort === null ? null : 'http-request redirect scheme https code 301 unless { ssl_fc }',
      'http-request set-header X-Forwarded-Proto https',
      '',
      `acl matrix-host hdr(host) -i ${host} ${host}:${port}`,
      rules(site),
    ]),
    '',
    'backend signpost',
    indent('    ', [
      'mode http',
      '# Signpost reads X-Forwarded-For from its trusted end; what it passes on to the homeserver names one address.',
      'http-request del-header X-Forwarded-For unless { path_beg /_matrix/identity/ }',
      'option forwardfor',
      serverLine('signpost', site.signpost),
    ]),
    homeserver === null
      ? null
      : [
          '',
          'backend homeserver',
          indent('    ', [
            'mode http',
            '# Synapse believes the first address of X-Forwarded-For, so it gets one only.',
            'http-request set-header X-Forwarded-For %[src]',
            'timeout server 600s',
            'timeout tunnel 1h',
            serverLine('homeserver', homeserver),
          ]),
        ],
  ])
}

function rules(site: ProxySite): Lines {
  const { homeserver } = site
  const { prefixes, plain, shared } = siteRoutes(site)
  const own = prefixes.length > 0 || plain.length > 0
  const known = [own ? ' !signpost' : '', homeserver === null ? '' : ' !homeserver'].join('')
  return [
    prefixes.length === 0 ? null : `acl signpost path_beg ${prefixes.join(' ')}`,
    plain.length === 0 ? null : `acl signpost path_reg ${clientPattern(plain)}`,
    shared.map(({ name, tail }) => `acl ${name} path_reg ${clientPattern([tail])}`),
    homeserver === null ? null : `acl homeserver path_beg ${homeserverPrefixes(site).join(' ')}`,
    '',
    wellKnownAnswers(site),
    `http-request return status 404 if matrix-host${known}`,
    own ? 'use_backend signpost if matrix-host signpost' : null,
    shared.map(({ name, methods }) => {
      return `use_backend signpost if matrix-host ${name} { method ${methodsThrough(methods).join(' ')} }`
    }),
    homeserver === null ? null : 'use_backend homeserver if matrix-host homeserver',
  ]
}

function serverLine(name: string, upstream: Upstream): string {
  const server = `server ${name} ${authorityOf(upstream)}`
  if (!upstream.tls) return server
  const sni = `sni str(${upstream.tlsName})`
  return isLocal(upstream)
    ? `${server} ssl verify none ${sni}`
    : `${server} ssl verify required ca-file /etc/ssl/certs/ca-certificates.crt ${sni}`
}

function wellKnownAnswers({ wellKnown }: ProxySite): Lines {
  if (wellKnown === null || wellKnown === 'homeserver') return []
  return documentsOf(wellKnown).map(({ path, json }) => [
    `http-request return status 200 content-type application/json hdr Access-Control-Allow-Origin * string '${json}' if matrix-host { path ${path} }`,
  ])
}
