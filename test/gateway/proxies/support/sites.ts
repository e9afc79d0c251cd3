import type { ProxySite } from '../../../../src/gateway/snippets/site.ts'
import type { Upstream } from '../../../../src/gateway/snippets/upstream.ts'
import { proxyRenderers } from '../../../../src/gateway/snippets/proxies/render.ts'
import { createAuthority, type Authority } from '../../../support/certificate-authority.ts'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createTempDir } from '../../../support/temp-dir.ts'
import { allFeatures } from './combinations.ts'

export const onLoopback = (port: number): Upstream => {
  return { host: '127.0.0.1', port, tls: false, tlsName: 'localhost' }
}

export interface SiteCertificate {
  readonly ca: string
  readonly separate: { readonly chain: string; readonly key: string }
  /** Chain and key in one file, as HAProxy wants them. */
  readonly combined: { readonly chain: string; readonly key: string }
}

/** A certificate for every host below example.org, and for the loopback address. */
export async function createSiteCertificate(signer?: Authority): Promise<SiteCertificate> {
  const dir = await createTempDir('site-certificate')
  const authority = signer ?? (await createAuthority(dir))
  const names = ['example.org', '*.example.org', '127.0.0.1']
  const { certFile, keyFile, cert, key } = await authority.issue(names)
  const combined = join(dir, 'combined.pem')
  await writeFile(combined, cert + key)
  return {
    ca: authority.caPem,
    separate: { chain: certFile, key: keyFile },
    combined: { chain: combined, key: combined },
  }
}

/** A site with everything on, but for what a test says. */
export function testSite(site: Partial<ProxySite>): ProxySite {
  return {
    host: 'matrix.example.org',
    port: 443,
    plainPort: null,
    signpost: onLoopback(8090),
    homeserver: onLoopback(8008),
    features: allFeatures,
    maxBodyBytes: 1024 * 1024,
    maxUploadBytes: 50 * 1024 * 1024,
    certificate: null,
    wellKnown: null,
    ...site,
  }
}

export type TestedProxy = 'nginx' | 'apache' | 'caddy' | 'haproxy' | 'npm'

/** The text of a site, with the certificate that the tests have. */
export function renderSite(
  proxy: TestedProxy,
  certificate: SiteCertificate,
  site: Partial<ProxySite>,
): string {
  const files = proxy === 'haproxy' ? certificate.combined : certificate.separate
  const whole = testSite({ certificate: files, ...site })
  const { text } = proxyRenderers[proxy](whole)
  return proxy === 'npm' ? proxyHostOf(whole, certificate, text) : text
}

/** What Nginx Proxy Manager makes of a proxy host that is filled in as its text says, with the block in its place. */
function proxyHostOf(
  { host, port, homeserver }: ProxySite,
  { separate }: SiteCertificate,
  block: string,
): string {
  return `
server {
  set $forward_scheme http;
  set $server ${homeserver?.host};
  set $port ${homeserver?.port};
  listen ${port} ssl;
  server_name ${host};
  ssl_certificate ${separate.chain};
  ssl_certificate_key ${separate.key};
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection $http_connection;
  proxy_http_version 1.1;
${block}
  location / {
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection $http_connection;
    proxy_http_version 1.1;
    proxy_set_header Host $host;
    proxy_set_header X-Forwarded-Proto $scheme;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_pass $forward_scheme://$server:$port$request_uri;
  }
}
`
}
