import type { Config } from './config/schema.ts'

/** The Matrix domain of a start without configuration. */
const UNCONFIGURED_DOMAIN = 'localhost'

/** Base URL of the public listener as the outside knows it, without a trailing slash. */
export function publicUrl(config: Config): string {
  if (config.server.publicUrl !== null) return config.server.publicUrl
  const { domain } = config.matrix
  if (domain !== UNCONFIGURED_DOMAIN) return `https://${domain}`
  const { listen, tls } = config.server
  return `${tls.mode === 'proxy' ? 'http' : 'https'}://localhost:${listen.port}`
}

/**
 * Names under which homeservers may have signed a request to us. They sign the `id_server` text that a client gave
 * them: a host, perhaps with a port, perhaps with a path.
 */
export function ownNames(config: Config): string[] {
  const url = new URL(publicUrl(config))
  const withPath = `${url.host}${url.pathname.replace(/\/$/, '')}`
  return [...new Set([withPath, url.host, url.hostname, config.matrix.domain, ...config.server.names])]
}
