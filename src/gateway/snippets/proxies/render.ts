import type { ProxySite } from '../site.ts'
import type { Snippet } from '../snippet.ts'
import { renderApache } from './apache.ts'
import { renderCaddy } from './caddy.ts'
import { renderHaproxy } from './haproxy.ts'
import { renderNginx } from './nginx.ts'
import { renderNginxProxyManager } from './npm.ts'
import { renderTraefik } from './traefik.ts'

/** The proxies that Signpost writes sites for, by the word of the command line. */
export const proxyRenderers = {
  nginx: renderNginx,
  apache: renderApache,
  caddy: renderCaddy,
  haproxy: renderHaproxy,
  traefik: renderTraefik,
  npm: renderNginxProxyManager,
} as const satisfies Record<string, (site: ProxySite) => Snippet>

export type ProxyKind = keyof typeof proxyRenderers

export const proxyKinds = Object.keys(proxyRenderers) as readonly ProxyKind[]
