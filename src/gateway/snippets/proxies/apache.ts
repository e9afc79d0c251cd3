import { clientPattern, methodsThrough } from '../routes.ts'
import { homeserverPrefixes, siteRemarks, siteRoutes, type ProxySite } from '../site.ts'
import { commented, indent, type Lines, type Snippet } from '../snippet.ts'
import { isLocal, originOf, type Upstream } from '../upstream.ts'
import { documentsOf } from '../well-known.ts'

/** A site for Apache httpd; its `upgrade` parameter came with 2.4.47. */
export function renderApache(site: ProxySite): Snippet {
  const { host, port, signpost, homeserver } = site
  const { shared } = siteRoutes(site)
  const dir = `/etc/letsencrypt/live/${host}`
  const certificate = site.certificate ?? { chain: `${dir}/fullchain.pem`, key: `${dir}/privkey.pem` }
  const modules = [
    ...['headers', 'proxy', 'proxy_http', ...(homeserver === null ? [] : ['proxy_wstunnel'])],
    ...[...(shared.length > 0 ? ['rewrite'] : []), 'ssl'],
  ]
  const remarks = [
    ...siteRemarks(site),
    `Modules: a2enmod ${modules.join(' ')}`,
    'In a site that you already have, put these rules before its own for /_matrix: the first one that fits is taken.',
  ]
  return commented('#', `/etc/apache2/sites-available/${host}.conf`, remarks, [
    plainHost(site),
    `<VirtualHost *:${port}>`,
    indent('    ', [
      `ServerName ${host}`,
      '',
      'SSLEngine on',
      `SSLCertificateFile    ${certificate.chain}`,
      `SSLCertificateKeyFile ${certificate.key}`,
      '',
      '# Signatures cover the path of a request: here and with "nocanon" below it is passed on as it came.',
      'AllowEncodedSlashes NoDecode',
      'ProxyPreserveHost On',
      'RequestHeader set X-Forwarded-Proto expr=%{REQUEST_SCHEME}',
      '# Apache adds the address of the client to X-Forwarded-For. Synapse believes the first one there, so what',
      '# clients bring along goes; Signpost reads the list from its trusted end.',
      'RequestHeader unset X-Forwarded-For "expr=%{REQUEST_URI} !~ m#^/_matrix/identity/#"',
      upstreamTls([signpost, homeserver]),
      '',
      signpostRules(site),
      wellKnownFiles(site),
      homeserverRules(site),
    ]),
    '</VirtualHost>',
  ])
}

function plainHost({ host, plainPort }: ProxySite): Lines {
  if (plainPort === null) return []
  return [
    `<VirtualHost *:${plainPort}>`,
    indent('    ', [`ServerName ${host}`, `Redirect permanent / https://${host}/`]),
    '</VirtualHost>',
    '',
  ]
}

function signpostRules(site: ProxySite): Lines {
  const { homeserver } = site
  const to = originOf(site.signpost)
  const { prefixes, plain, shared } = siteRoutes(site)
  return [
    '# Signpost',
    prefixes.map((path) => `ProxyPass ${path} ${to}${path} nocanon retry=1`),
    plain.length === 0 ? null : passMatch(plain, to),
    shared.flatMap(({ tail }) => passMatch([tail], to)),
    '',
    shared.length === 0 || homeserver === null
      ? null
      : [
          "# Other methods on the same paths are the homeserver's. THE_REQUEST has the path as it came.",
          'RewriteEngine On',
          shared.flatMap(({ tail, methods }) => [
            `RewriteCond %{REQUEST_METHOD} !^(${methodsThrough(methods).join('|')})$`,
            'RewriteCond %{THE_REQUEST} "^\\S+ ([^ ?]+)"',
            `RewriteRule "${clientPattern([tail])}" ${originOf(homeserver)}%1 [P,NE]`,
          ]),
          '',
        ],
  ]
}

/** With "nocanon" the expression has to fit the request with its query as well, or the path is decoded after all. */
function passMatch(tails: readonly string[], to: string): string {
  const pattern = clientPattern(tails).replace(/\$$/, '(\\?|$)')
  return `ProxyPassMatch "${pattern}" ${to} nocanon retry=1`
}

function homeserverRules(site: ProxySite): Lines {
  const { homeserver } = site
  if (homeserver === null) return []
  const to = originOf(homeserver)
  return [
    '# The homeserver',
    homeserverPrefixes(site).flatMap((path) => [
      `ProxyPass ${path} ${to}${path} nocanon upgrade=websocket timeout=600 retry=1`,
      `ProxyPassReverse ${path} ${to}${path}`,
    ]),
  ]
}

function upstreamTls(upstreams: readonly (Upstream | null)[]): Lines {
  const encrypted = upstreams.filter((upstream) => upstream?.tls === true)
  if (encrypted.length === 0) return []
  // Names are compared with the Host header, which is kept.
  return [
    'SSLProxyEngine on',
    encrypted.every((upstream) => upstream !== null && isLocal(upstream))
      ? null
      : ['SSLProxyVerify require', 'SSLProxyCACertificateFile /etc/ssl/certs/ca-certificates.crt'],
  ]
}

function wellKnownFiles({ host, wellKnown }: ProxySite): Lines {
  if (wellKnown === null || wellKnown === 'homeserver') return []
  const dir = `/var/www/${host}-well-known`
  return [
    '# Write these files with "signpost snippet well-known client" and "... well-known server".',
    documentsOf(wellKnown).map(({ path, name }) => `Alias ${path} ${dir}/${name}.json`),
    `<Directory ${dir}>`,
    indent('    ', ['Require all granted', 'Header set Access-Control-Allow-Origin "*"']),
    '</Directory>',
    '',
  ]
}
