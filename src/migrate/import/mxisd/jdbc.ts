/** What stood behind `jdbc:<type>:`, as parts of a connection. */
export interface JdbcAddress {
  readonly host: string
  readonly port: number | undefined
  readonly database: string
  readonly user: string | undefined
  readonly password: string | undefined
  readonly tls: boolean
}

/** Reads `//host[:port]/database?user=U&password=P`; null when it is something else. */
export function readJdbc(text: string): JdbcAddress | null {
  const url = URL.parse(`db:${text.replace(/^jdbc:[a-z]+:/, '')}`)
  if (url === null || url.hostname === '') return null
  const parameter = (name: string) => url.searchParams.get(name) ?? undefined
  const ssl = parameter('ssl') ?? parameter('useSSL') ?? parameter('sslmode') ?? 'false'
  return {
    host: decodeURIComponent(url.hostname).replaceAll(/^\[|\]$/g, ''),
    port: url.port === '' ? undefined : Number(url.port),
    database: decodeURIComponent(url.pathname.slice(1)),
    user: parameter('user'),
    password: parameter('password'),
    tls: !['false', 'disable', 'allow', 'prefer'].includes(ssl),
  }
}

/** The URL of ma1sd's own PostgreSQL store, whose login stands beside its address. */
export function postgresUrlOf(
  address: string,
  user: string | undefined,
  password: string | undefined,
): string | null {
  const parts = readJdbc(address)
  if (parts === null) return null
  const url = new URL(`postgres://${parts.host.includes(':') ? `[${parts.host}]` : parts.host}`)
  url.port = String(parts.port ?? '')
  url.pathname = `/${encodeURIComponent(parts.database)}`
  url.username = encodeURIComponent(user ?? parts.user ?? '')
  url.password = encodeURIComponent(password ?? parts.password ?? '')
  return url.href
}
