import type { TcpTarget } from './connection.ts'
import { HttpFailure } from './http-failure.ts'

/** Reads a URL that a request may go to. Throws HttpFailure `bad-url`. */
export function checkedUrl(text: string, base?: URL): URL {
  const url = URL.parse(text, base?.href)
  if (url === null) throw badUrl('it cannot be read')
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw badUrl('only https: and http: are spoken')
  if (url.username !== '' || url.password !== '') throw badUrl('user name and password do not belong into it')
  return url
}

function badUrl(problem: string): HttpFailure {
  return new HttpFailure('bad-url', `Not a URL for a request: ${problem}.`, { mayHaveArrived: false })
}

/** Where a URL leads when the request names no other target. */
export function targetOf(url: URL): TcpTarget {
  return { host: hostOf(url), port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80) }
}

/** The URL's host without the brackets of IPv6. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '')
}
