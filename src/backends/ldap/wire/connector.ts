import type { Socket } from 'node:net'
import { getCACertificates } from 'node:tls'
import { asBackendFailure, BackendFailure } from '../../failure.ts'
import type { BackendContext } from '../../kind.ts'
import type { LdapConnectionSettings } from '../config.ts'
import { orAbort } from './abort.ts'
import { loginFailure, resultCode } from './result-codes.ts'
import { parseServer, type LdapServer } from './server.ts'
import { createSession, type LdapSession } from './session.ts'
import { openTcp, requestStartTls, secure, type TlsTrust } from './transport.ts'

/** What one server may cost before the next one is tried. */
const ATTEMPT_MS = 1_900
/** How long a server that failed goes to the end of the line. */
const AVOIDED_MS = 30_000

export interface Connector {
  /** The servers in the order of the configuration. Throws BackendFailure `configuration`. */
  servers(): readonly LdapServer[]
  /** The first server in reach, logged in as Signpost. */
  open(signal: AbortSignal): Promise<LdapSession>
  /** A connection without a login, to check somebody's password; best to the server that was reached last. */
  openForLogin(signal: AbortSignal): Promise<LdapSession>
  /** TLS over a connection as configured; the connection itself where none is. */
  protect(socket: Socket, server: LdapServer, signal: AbortSignal): Promise<Socket>
  /** Logs in as Signpost. */
  login(session: LdapSession, signal: AbortSignal): Promise<void>
}

interface Place {
  readonly server: LdapServer
  readonly address: string
}

/** Finds a server that answers. Refused logins are final: trying them on every server would lock the account. */
export function createConnector(settings: LdapConnectionSettings, context: BackendContext): Connector {
  const { clock } = context
  const avoided = new Map<string, number>()
  let lastReached: string | null = null

  const isAvoided = (name: string) => (avoided.get(name) ?? 0) > clock.now()
  const avoid = (name: string) => avoided.set(name, clock.now() + AVOIDED_MS)
  const byHealth = <T>(all: readonly T[], name: (one: T) => string) =>
    all.toSorted((one, other) => Number(isAvoided(name(one))) - Number(isAvoided(name(other))))

  function servers(): readonly LdapServer[] {
    return settings.servers.map((text) => {
      const server = parseServer(text)
      if ('problem' in server) throw new BackendFailure('configuration', server.problem, server.fix)
      return server
    })
  }

  async function trust(): Promise<TlsTrust> {
    const own = await context.authorities(settings.caFile)
    return {
      ca: own.length === 0 ? undefined : [...getCACertificates('default'), ...own],
      verify: settings.verifyCertificate,
    }
  }

  async function protect(socket: Socket, server: LdapServer, signal: AbortSignal): Promise<Socket> {
    if (!server.tls && !settings.startTls) return socket
    const trusted = await trust()
    if (!server.tls) await requestStartTls(socket, server, signal)
    return await secure(socket, server, trusted, signal)
  }

  async function login(session: LdapSession, signal: AbortSignal): Promise<void> {
    const { bindDn, bindPassword } = settings
    const password = bindPassword === null ? '' : await context.secret(bindPassword, 'bindPassword')
    const anonymous = bindDn === null
    if (!anonymous && password === '') {
      const fix = 'Write the password of "bindDn" into "bindPassword".'
      throw new BackendFailure('configuration', 'There is no password to log in with.', fix)
    }
    const result = await session.bind(bindDn ?? '', password, signal)
    if (result.code !== resultCode.success) throw loginFailure(session.server, result, anonymous)
  }

  async function attempt({ server, address }: Place, isLast: boolean, asUs: boolean, signal: AbortSignal) {
    const patience = isLast ? signal : AbortSignal.any([signal, AbortSignal.timeout(ATTEMPT_MS)])
    const tcp = await openTcp(address, server, patience)
    const session = createSession(await protect(tcp, server, patience), server.label, clock)
    try {
      if (asUs) await login(session, patience)
      return session
    } catch (error) {
      session.close()
      throw error
    }
  }

  /** The first success among the addresses of a server; the failures go to `failures`. */
  async function reach(
    server: LdapServer,
    isLast: boolean,
    asUs: boolean,
    signal: AbortSignal,
    failures: BackendFailure[],
  ): Promise<LdapSession | null> {
    const nameOf = (address: string) => `${address} ${server.label}`
    const found = await orAbort(context.addresses(server.host), signal, server.label)
    const addresses = byHealth(found, nameOf)
    for (const [index, address] of addresses.entries()) {
      try {
        const lastOfAll = isLast && index === addresses.length - 1
        const session = await attempt({ server, address }, lastOfAll, asUs, signal)
        avoided.delete(nameOf(address))
        return session
      } catch (error) {
        const failure = asBackendFailure(error)
        if (signal.aborted || isFinal(failure)) throw failure
        avoid(nameOf(address))
        failures.push(failure)
      }
    }
    return null
  }

  async function openFirst(
    order: readonly LdapServer[],
    asUs: boolean,
    signal: AbortSignal,
  ): Promise<LdapSession> {
    const failures: BackendFailure[] = []
    for (const [index, server] of order.entries()) {
      try {
        const session = await reach(server, index === order.length - 1, asUs, signal, failures)
        if (session !== null) {
          avoided.delete(server.label)
          lastReached = server.label
          return session
        }
      } catch (error) {
        const failure = asBackendFailure(error)
        if (signal.aborted || isFinal(failure)) throw failure
        failures.push(failure)
      }
      avoid(server.label)
    }
    throw summary(failures)
  }

  return {
    servers,
    protect,
    login,
    open: (signal) =>
      openFirst(
        byHealth(servers(), ({ label }) => label),
        true,
        signal,
      ),
    openForLogin: (signal) =>
      openFirst(
        byHealth(servers(), ({ label }) => label).toSorted(
          (one, other) => Number(other.label === lastReached) - Number(one.label === lastReached),
        ),
        false,
        signal,
      ),
  }
}

/** True for what another server would not change. */
function isFinal({ code }: BackendFailure): boolean {
  return ['credentials', 'configuration', 'forbidden', 'closed', 'internal'].includes(code)
}

function summary(failures: readonly BackendFailure[]): BackendFailure {
  const [first] = failures
  if (first === undefined)
    return new BackendFailure(
      'configuration',
      'No server is named.',
      'Write at least one server in "servers".',
    )
  if (failures.length === 1) return first
  const all = failures.map(({ message }) => message).join(' ')
  return new BackendFailure(first.code, `None of the servers can be used. ${all}`, first.fix, first)
}
