import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import type { Config } from '../../config/schema.ts'
import { publicUrl } from '../../public-url.ts'

/** Host of the public URL: what clients check the certificate against. A name, or an IP address without brackets. */
export function publicHost(config: Config): string {
  return new URL(publicUrl(config)).hostname.replace(/^\[|\]$/g, '')
}

/** What an ACME certificate is for; lower case, in ASCII. */
export function acmeNames(config: Config): readonly string[] {
  const { domains } = config.server.tls.acme
  return distinct(domains.length === 0 ? [publicHost(config)] : domains)
}

/** What a certificate of our own authority is for. */
export function selfSignedNames(config: Config): readonly string[] {
  const { names } = config.server.tls.selfSigned
  if (names.length > 0) return distinct(names)
  const { host } = config.server.listen
  const own = isIP(host) !== 0 && !wildcards.has(host) ? [host] : []
  return distinct([publicHost(config), ...own, 'localhost', '127.0.0.1', '::1'])
}

const wildcards: ReadonlySet<string> = new Set(['0.0.0.0', '::'])

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names.map((name) => (isIP(name) === 0 ? domainToASCII(name) || name : name)))]
}
