/**
 * How long, in milliseconds from `now`, an answer may be kept by its own headers (RFC 9111, section 4.2.1); null when
 * they say nothing. `no-store` and `no-cache` mean 0, and so does an Expires that is no date.
 */
export function cacheLifetime(headers: Readonly<Record<string, string>>, now: number): number | null {
  const directives = (headers['cache-control'] ?? '').split(',').map((text) => text.trim().toLowerCase())
  if (directives.some((directive) => directive === 'no-store' || directive === 'no-cache')) return 0
  for (const directive of directives) {
    const seconds = /^max-age="?(\d+)"?$/.exec(directive)?.[1]
    if (seconds !== undefined) return Number(seconds) * 1000
  }
  const expires = headers['expires']
  if (expires === undefined) return null
  const at = Date.parse(expires)
  return Number.isNaN(at) ? 0 : Math.max(0, at - now)
}
