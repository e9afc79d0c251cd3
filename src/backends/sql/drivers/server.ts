import { once } from 'node:events'
import { connect, isIP, type Socket } from 'node:net'
import { join } from 'node:path'
import type { ConnectionOptions } from 'node:tls'
import { BackendFailure } from '../../failure.ts'
import type { BackendContext } from '../../kind.ts'
import type { ServerConnection } from '../connection-section.ts'
import { unreachableCodes } from './network-failure.ts'

/** Where a database server is and how to log in, with secrets and names resolved. */
export interface Server {
  /** As the operator wrote it; null for a unix socket. */
  readonly host: string | null
  readonly port: number
  /** Where to connect: IP addresses, tried in this order, or the one unix socket. */
  readonly endpoints: readonly Endpoint[]
  readonly database: string
  readonly user: string
  readonly password: string | null
  /** Null: not encrypted. */
  readonly tls: ServerTls | null
}

export type Endpoint = { readonly address: string; readonly port: number } | { readonly socket: string }

export interface ServerTls {
  readonly verify: boolean
  /** Undefined: Node's own. */
  readonly ca: readonly string[] | undefined
}

/** Reads a connection anew for each session, so that a changed password file or DNS record counts at once. */
export async function readServer(section: ServerConnection, context: BackendContext): Promise<Server> {
  const login = section.url === undefined ? await readKeys(section, context) : await readUrl(section, context)
  const { socket, host, port } = login
  const tls = await readTls(section, login, context)
  if (socket !== null)
    return { ...login, host: null, endpoints: [{ socket: socketFile(section, login) }], tls }
  const addresses = await context.addresses(host)
  return { ...login, endpoints: addresses.map((address) => ({ address, port })), tls }
}

/** PostgreSQL names its socket after the port; what its users know is the folder. */
function socketFile({ type }: ServerConnection, { socket, port }: ServerLogin): string {
  const path = socket ?? ''
  return type !== 'postgres' || /\/\.s\.PGSQL\.\d+$/.test(path) ? path : join(path, `.s.PGSQL.${port}`)
}

interface ServerLogin {
  readonly host: string
  readonly port: number
  readonly socket: string | null
  readonly database: string
  readonly user: string
  readonly password: string | null
}

async function readKeys(section: ServerConnection, context: BackendContext): Promise<ServerLogin> {
  const { host, port, socket = null, database, user } = section
  const password =
    section.password === undefined ? null : await context.secret(section.password, 'connection.password')
  return {
    host,
    port,
    socket,
    database: required('database', database),
    user: required('user', user),
    password,
  }
}

const schemes = { postgres: /^postgres(?:ql)?:$/, mysql: /^(?:mysql|mariadb):$/ }

/** `postgresql://user:password@host:5432/database`, with `?host=/folder` or `?socket=/file` for a unix socket. */
async function readUrl(section: ServerConnection, context: BackendContext): Promise<ServerLogin> {
  const text = await context.secret(section.url ?? '', 'connection.url')
  const url = URL.parse(text)
  const scheme = schemes[section.type === 'postgres' ? 'postgres' : 'mysql']
  // Not quoted: it holds the password.
  if (url === null || !scheme.test(url.protocol)) {
    throw new BackendFailure(
      'configuration',
      'connection.url is not the URL of such a database.',
      `Write it like ${section.type}://user:password@db.example.org/people, with special characters as %xx.`,
    )
  }
  const query = url.searchParams
  const user = decode(url.username) || (query.get('user') ?? '')
  const password = decode(url.password) || query.get('password')
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1') || section.host,
    port: url.port === '' ? section.port : Number(url.port),
    socket: query.get('socket') ?? (query.get('host')?.startsWith('/') ? query.get('host') : null),
    database: required('the database', decode(url.pathname.slice(1)) || undefined),
    user: required('the user', user || undefined),
    password,
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function required(name: string, value: string | undefined): string {
  if (value !== undefined) return value
  const fix = 'Write host, database and user, or a whole url.'
  throw new BackendFailure('configuration', `The connection lacks ${name}.`, fix)
}

async function readTls(
  section: ServerConnection,
  { host, socket }: ServerLogin,
  context: BackendContext,
): Promise<ServerTls | null> {
  const mode = section.tls ?? (socket !== null || isThisMachine(host) ? 'off' : 'verify')
  if (mode === 'off' || socket !== null) return null
  const own = await context.authorities(section.caFile ?? null)
  return { verify: mode === 'verify', ca: own.length === 0 ? undefined : own }
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

/** The part of Node's TLS options that both clients take. */
export function tlsOptions({ verify, ca }: ServerTls): ConnectionOptions {
  return { rejectUnauthorized: verify, ...(ca === undefined ? {} : { ca: [...ca] }) }
}

export async function connectTo(endpoint: Endpoint, signal: AbortSignal): Promise<Socket> {
  const socket =
    'socket' in endpoint ? connect(endpoint.socket) : connect({ host: endpoint.address, port: endpoint.port })
  try {
    await once(socket, 'connect', { signal })
    return socket.setNoDelay(true).setKeepAlive(true)
  } catch (error) {
    socket.destroy()
    throw error
  }
}

/** Tries one endpoint after the other while they cannot be reached. */
export async function firstReachable<T>(
  { endpoints }: Server,
  connectMs: number,
  signal: AbortSignal,
  open: (endpoint: Endpoint, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  for (const [i, endpoint] of endpoints.entries()) {
    const isLast = i === endpoints.length - 1
    // A third for each but the last: an address that swallows packets leaves time for the next.
    const attempt = isLast ? signal : AbortSignal.any([signal, AbortSignal.timeout(Math.ceil(connectMs / 3))])
    try {
      return await open(endpoint, attempt)
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      const next = attempt.aborted || (typeof code === 'string' && unreachableCodes.has(code))
      if (isLast || signal.aborted || !next) throw error
    }
  }
  throw new BackendFailure('dns', 'The server has no address.', 'Check connection.host.')
}
