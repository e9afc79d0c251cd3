/** The reverse proxies that Signpost writes sites for, by their names; the usual ones first. */
export const proxyKinds = [
  ['nginx', 'nginx'],
  ['caddy', 'Caddy'],
  ['apache', 'Apache'],
  ['traefik', 'Traefik'],
  ['haproxy', 'HAProxy'],
  ['npm', 'Nginx Proxy Manager'],
] as const

export type ProxyKind = (typeof proxyKinds)[number][0]

/** The kind of that name; the usual one for a name that is none. */
export const proxyKindOf = (name: unknown): ProxyKind =>
  proxyKinds.find(([kind]) => kind === name)?.[0] ?? 'nginx'
