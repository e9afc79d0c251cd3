import { isIPv6 } from 'node:net'

/** A server name in its parts. Server names are compared case-sensitively, so nothing is lower-cased here. */
export interface ServerName {
  /** As written, but an IPv6 literal stands without its brackets. */
  readonly hostname: string
  /** Null when the name carries none (then discovery decides, not 8448 outright). */
  readonly port: number | null
  readonly kind: 'ipv4' | 'ipv6' | 'dns'
}

const serverNamePattern = /^(?<host>\[[0-9A-Fa-f:.]{2,45}\]|[0-9A-Za-z.-]{1,255})(?::(?<port>\d{1,5}))?$/
const ipv4Pattern = /^\d{1,3}(?:\.\d{1,3}){3}$/
const dnsPattern = /^[0-9A-Za-z-]{1,63}(?:\.[0-9A-Za-z-]{1,63})*$/

/**
 * Reads a server name (specification appendices, "Server name"); null when it is none. Stricter than the grammar where
 * the grammar admits what cannot be reached: port 0 or above 65535, `999.1.1.1`, brackets around something that is no
 * IPv6 address, empty DNS labels (hence no trailing dot) or labels above 63 characters.
 */
export function parseServerName(text: string): ServerName | null {
  const { host, port: portText } = serverNamePattern.exec(text)?.groups ?? {}
  if (host === undefined) return null
  const port = portText === undefined ? null : Number(portText)
  if (port === 0 || (port !== null && port > 65535)) return null

  if (host.startsWith('[')) {
    const hostname = host.slice(1, -1)
    return isIPv6(hostname) ? { hostname, port, kind: 'ipv6' } : null
  }
  if (ipv4Pattern.test(host)) {
    const valuesFit = host.split('.').every((value) => Number(value) <= 255)
    return valuesFit ? { hostname: host, port, kind: 'ipv4' } : null
  }
  return dnsPattern.test(host) ? { hostname: host, port, kind: 'dns' } : null
}

export interface UserId {
  /** What stands between `@` and the first colon; historical ones may hold nearly anything and may be empty. */
  readonly localpart: string
  /** A valid server name, as written. */
  readonly serverName: string
}

const maxUserIdBytes = 255

/**
 * Reads `@localpart:server_name` (specification appendices, "User identifiers"), at most 255 bytes of UTF-8. Historical
 * localparts are accepted, as every receiver has to: any code point but NUL, the colon and surrogates.
 */
export function parseUserId(text: string): UserId | null {
  if (!text.startsWith('@') || Buffer.byteLength(text) > maxUserIdBytes) return null
  if (text.includes('\0') || !text.isWellFormed()) return null
  const colon = text.indexOf(':')
  if (colon === -1) return null
  const serverName = text.slice(colon + 1)
  return parseServerName(serverName) === null ? null : { localpart: text.slice(1, colon), serverName }
}

const opaqueIdPattern = /^[0-9a-zA-Z.=_-]{1,255}$/

/** The `client_secret` that a client chose for a validation session. */
export function isClientSecret(text: string): boolean {
  return opaqueIdPattern.test(text)
}

/** The `sid` of a validation session; invitation tokens have the same form. */
export function isSessionId(text: string): boolean {
  return opaqueIdPattern.test(text)
}
