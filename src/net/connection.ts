import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { checkServerIdentity, connect as connectTls, createSecureContext, type SecureContext } from 'node:tls'
import type { AddressGuard } from './address-guard.ts'
import { HttpFailure } from './http-failure.ts'
import { DnsFailure, type Resolver } from './resolver.ts'

export interface TcpTarget {
  /** Host name or IP address, without brackets. */
  readonly host: string
  readonly port: number
}

export interface Route {
  /** Tried in this order until one connects. */
  readonly targets: readonly TcpTarget[]
  /** Name or IP address that the certificate must carry; null for plain HTTP. */
  readonly tlsName: string | null
  /** Null where the operator chose the server. */
  readonly guard: AddressGuard | null
}

export interface ConnectorOptions {
  readonly resolver: Resolver
  /** All trusted certification authorities; undefined for Node's own. */
  readonly ca: readonly string[] | undefined
}

export type Connect = (route: Route, attemptMs: number, signal: AbortSignal) => Promise<Socket>

/**
 * Opens connections so that no name is resolved twice: every address of a name is checked, and the socket goes to
 * exactly such an address. A name with one refused address is refused whole (as Synapse does), or a stranger could
 * mix addresses until one slips through. Throws HttpFailure; nothing has been sent to the peer then.
 */
export function createConnector({ resolver, ca }: ConnectorOptions): Connect {
  const trust = rememberedTrust(ca)
  return async (route, attemptMs, signal) => {
    let failure = new HttpFailure('connect', 'There is no address to connect to.', { mayHaveArrived: false })
    for (const target of route.targets) {
      try {
        const addresses = await raceAbort(checkedAddresses(resolver, target.host, route.guard), signal)
        for (const address of addresses) {
          // A third of the time for each attempt, so that one black-holed address leaves room for the next.
          const attempt = AbortSignal.any([signal, AbortSignal.timeout(attemptMs)])
          try {
            return await open(address, target.port, route.tlsName, trust, attempt)
          } catch (error) {
            failure = asFailure(error)
            if (signal.aborted) throw failure
          }
        }
      } catch (error) {
        failure = asFailure(error)
        if (signal.aborted) throw failure
      }
    }
    throw failure
  }
}

/**
 * Read once, with the first connection: a list of authorities takes tens of milliseconds, in which nothing else happens.
 */
function rememberedTrust(ca: readonly string[] | undefined): () => SecureContext {
  let context: SecureContext | null = null
  return () => (context ??= createSecureContext(ca === undefined ? {} : { ca: [...ca] }))
}

async function checkedAddresses(
  resolver: Resolver,
  host: string,
  guard: AddressGuard | null,
): Promise<readonly string[]> {
  const addresses = await resolver.addresses(host)
  if (addresses.length === 0) {
    throw new HttpFailure('dns', `${host} has no IP address.`, { mayHaveArrived: false })
  }
  const refused = guard === null ? undefined : addresses.find((address) => !guard.check(address))
  if (refused !== undefined) {
    throw new HttpFailure(
      'refused-address',
      `${host} leads to ${refused}, which is not public. List it in network.allowPrivate if that is intended.`,
      { mayHaveArrived: false },
    )
  }
  return addresses
}

async function open(
  address: string,
  port: number,
  tlsName: string | null,
  trust: () => SecureContext,
  signal: AbortSignal,
): Promise<Socket> {
  const where = isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`
  const tcp = connectTcp({ host: address, port, noDelay: true })
  await ready(tcp, 'connect', signal, 'connect', where)
  if (tlsName === null) return tcp

  const tls = connectTls({
    socket: tcp,
    secureContext: trust(),
    // SNI carries names only (RFC 6066, section 3); the certificate is checked against the IP address all the same.
    ...(isIP(tlsName) === 0 ? { servername: tlsName } : {}),
    checkServerIdentity: (_host, certificate) => checkServerIdentity(tlsName, certificate),
    rejectUnauthorized: true,
    ALPNProtocols: ['http/1.1'],
  })
  await ready(tls, 'secureConnect', signal, 'tls', `${where} (as ${tlsName})`)
  return tls
}

/** Waits until the socket is connected; destroys it and throws otherwise. */
function ready(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  signal: AbortSignal,
  code: 'connect' | 'tls',
  where: string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (kind: 'connect' | 'tls' | 'timeout', cause: unknown) => {
      settle()
      // A socket that dies while it is taken down must not raise an unhandled 'error'.
      socket.on('error', () => undefined).destroy()
      const why = cause instanceof Error ? cause.message : String(cause)
      reject(new HttpFailure(kind, `No connection to ${where}: ${why}`, { mayHaveArrived: false, cause }))
    }
    const onReady = () => {
      settle()
      // Whoever uses the socket learns of its end in other ways; a reset before that must not end the process.
      socket.on('error', () => undefined)
      resolve()
    }
    const onError = (error: Error) => fail(code, error)
    const onClose = () => fail(code, new Error('the peer closed the connection'))
    const onAbort = () => fail('timeout', signal.reason)
    const settle = () => {
      socket.off(event, onReady).off('error', onError).off('close', onClose)
      signal.removeEventListener('abort', onAbort)
    }
    socket.on(event, onReady).on('error', onError).on('close', onClose)
    signal.addEventListener('abort', onAbort)
    if (signal.aborted) onAbort()
  })
}

function raceAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () =>
      reject(
        new HttpFailure('timeout', 'DNS took too long.', { mayHaveArrived: false, cause: signal.reason }),
      )
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort)
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

function asFailure(error: unknown): HttpFailure {
  if (error instanceof HttpFailure) return error
  if (error instanceof DnsFailure)
    return new HttpFailure('dns', error.message, { mayHaveArrived: false, cause: error })
  throw error
}
