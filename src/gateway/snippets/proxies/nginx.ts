import { clientPattern, methodsThrough } from '../routes.ts'
import { homeserverPrefixes, siteRemarks, siteRoutes, type ProxySite } from '../site.ts'
import { commented, indent, type Lines, type Snippet } from '../snippet.ts'
import { isLocal, originOf, type Upstream } from '../upstream.ts'
import { documentsOf } from '../well-known.ts'

const MIB = 1024 * 1024

/** A site for nginx. */
export function renderNginx(site: ProxySite): Snippet {
  const { host, port, homeserver } = site
  const names = certificateOf(site)
  const remarks = [
    ...siteRemarks(site),
    'In a site that you already have, put these locations before its own for /_matrix: nginx takes the first regular expression that fits.',
  ]
  return commented('#', `/etc/nginx/sites-available/${host}`, remarks, [
    homeserver === null ? null : connectionUpgrade,
    plainServer(site),
    'server {',
    indent('    ', [
      `listen ${port} ssl;`,
      `listen [::]:${port} ssl;`,
      `server_name ${host};`,
      '',
      `ssl_certificate     ${names.chain};`,
      `ssl_certificate_key ${names.key};`,
      '',
      signpostLocations(site),
      wellKnownLocations(site.wellKnown),
      homeserverLocation(site),
      'location / {',
      '    return 404;',
      '}',
    ]),
    '}',
  ])
}

/** https://nginx.org/en/docs/http/websocket.html */
const connectionUpgrade = [
  'map $http_upgrade $connection_upgrade {',
  '    default upgrade;',
  "    ''      close;",
  '}',
  '',
]

function plainServer({ host, plainPort }: ProxySite): Lines {
  if (plainPort === null) return []
  return [
    'server {',
    indent('    ', [
      `listen ${plainPort};`,
      `listen [::]:${plainPort};`,
      `server_name ${host};`,
      'return 301 https://$host$request_uri;',
    ]),
    '}',
    '',
  ]
}

/** What goes to Signpost; also what an existing site needs. */
export function signpostLocations(site: ProxySite): Lines {
  const { signpost, homeserver } = site
  const { prefixes, plain, shared } = siteRoutes(site)
  return [
    '# Signpost. No proxy_pass has a path, not even a slash: nginx would decode the path of the request, which',
    '# signatures cover.',
    prefixes.map((path) => location(`^~ ${path}`, passed(site, signpost, '$proxy_add_x_forwarded_for'))),
    plain.length === 0 ? null : location(`~ ${clientPattern(plain)}`, passed(site, signpost, '$remote_addr')),
    shared.map(({ tail, methods }) => {
      const through = methodsThrough(methods).filter((method) => method !== 'HEAD')
      return location(`~ ${clientPattern([tail])}`, [
        passed(site, signpost, '$remote_addr'),
        homeserver === null
          ? null
          : [
              // Nothing but proxy_pass may stand within limit_except.
              signpost.tls ? null : upstreamTls(homeserver),
              "# The rest on these paths is the homeserver's.",
              `limit_except ${through.join(' ')} {`,
              indent('    ', [`proxy_pass ${originOf(homeserver)};`]),
              '}',
            ],
      ])
    }),
  ]
}

function location(match: string, lines: Lines): Lines {
  return [`location ${match} {`, indent('    ', lines), '}', '']
}

function passed({ port, maxBodyBytes }: ProxySite, upstream: Upstream, forwardedFor: string): Lines {
  return [
    `proxy_pass ${originOf(upstream)};`,
    upstreamTls(upstream),
    'proxy_http_version 1.1;',
    `proxy_set_header Host ${port === 443 ? '$host' : '$host:$server_port'};`,
    `proxy_set_header X-Forwarded-For ${forwardedFor};`,
    'proxy_set_header X-Forwarded-Proto $scheme;',
    // nginx's own refusal is a page without CORS headers, so it starts above Signpost's limit.
    `client_max_body_size ${Math.ceil(maxBodyBytes / MIB) + 1}m;`,
  ]
}

/** nginx checks no certificate by itself, and names none. */
function upstreamTls(upstream: Upstream): Lines {
  if (!upstream.tls) return []
  return [
    'proxy_ssl_server_name on;',
    `proxy_ssl_name ${upstream.tlsName};`,
    isLocal(upstream)
      ? null
      : ['proxy_ssl_verify on;', 'proxy_ssl_trusted_certificate /etc/ssl/certs/ca-certificates.crt;'],
  ]
}

function homeserverLocation(site: ProxySite): Lines {
  const { homeserver, port, maxUploadBytes } = site
  if (homeserver === null) return []
  const paths = homeserverPrefixes(site).map((path) => path.slice(1, -1).replaceAll('.', '\\.'))
  return [
    '# The homeserver. Synapse believes the first address of X-Forwarded-For, so it gets one only.',
    location(`~ ^/(${paths.join('|')})/`, [
      `proxy_pass ${originOf(homeserver)};`,
      upstreamTls(homeserver),
      'proxy_http_version 1.1;',
      `proxy_set_header Host ${port === 443 ? '$host' : '$host:$server_port'};`,
      'proxy_set_header X-Forwarded-For $remote_addr;',
      'proxy_set_header X-Forwarded-Proto $scheme;',
      'proxy_set_header Upgrade $http_upgrade;',
      'proxy_set_header Connection $connection_upgrade;',
      '# As much as max_upload_size of the homeserver.',
      `client_max_body_size ${Math.ceil(maxUploadBytes / MIB)}m;`,
      '# Uploads, long polls and streams pass as they come.',
      'proxy_request_buffering off;',
      'proxy_buffering off;',
      'proxy_read_timeout 600s;',
    ]),
  ]
}

function wellKnownLocations(wellKnown: ProxySite['wellKnown']): Lines {
  if (wellKnown === null || wellKnown === 'homeserver') return []
  return documentsOf(wellKnown).map(({ path, json }) =>
    location(`= ${path}`, [
      'default_type application/json;',
      'add_header Access-Control-Allow-Origin *;',
      `return 200 '${json}';`,
    ]),
  )
}

function certificateOf({ host, certificate }: ProxySite): { chain: string; key: string } {
  const dir = `/etc/letsencrypt/live/${host}`
  return certificate ?? { chain: `${dir}/fullchain.pem`, key: `${dir}/privkey.pem` }
}
