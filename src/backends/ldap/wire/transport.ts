import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { checkServerIdentity, connect as connectTls, type TLSSocket } from 'node:tls'
import { BerReader, ExtendedRequest, ExtendedResponse } from 'ldapts'
import type { BackendFailure } from '../../failure.ts'
import { abortFailure } from './abort.ts'
import { createFramer } from './framing.ts'
import type { LdapServer } from './server.ts'
import { brokenOff, connectFailure, notLdap } from './socket-failure.ts'
import { startTlsRefused, tlsFailure } from './tls-failure.ts'

export interface TlsTrust {
  /** All authorities; undefined for Node's own. */
  readonly ca: readonly string[] | undefined
  readonly verify: boolean
}

/** Long enough not to disturb, short enough to notice a vanished peer before the next question. */
const KEEP_ALIVE_MS = 15_000

/** Connects to one address of a server. Rejects with BackendFailure. */
export async function openTcp(address: string, server: LdapServer, signal: AbortSignal): Promise<Socket> {
  const socket = connectTcp({
    host: address,
    port: server.port,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_MS,
  })
  await until(socket, 'connect', server, signal, (error) => connectFailure(server.label, error))
  return socket
}

/** TLS over a connection. The certificate is checked against the host of the URL, whatever address was dialled. */
export async function secure(
  socket: Socket,
  server: LdapServer,
  trust: TlsTrust,
  signal: AbortSignal,
): Promise<TLSSocket> {
  const secured = connectTls({
    socket,
    ...(trust.ca === undefined ? {} : { ca: [...trust.ca] }),
    // SNI carries names only (RFC 6066, section 3).
    ...(isIP(server.host) === 0 ? { servername: server.host } : {}),
    checkServerIdentity: (_host, certificate) => checkServerIdentity(server.host, certificate),
    rejectUnauthorized: trust.verify,
  })
  await until(secured, 'secureConnect', server, signal, (error) => tlsFailure(server, error))
  return secured
}

const startTlsOid = '1.3.6.1.4.1.1466.20037'

/** Asks for STARTTLS (RFC 4511, section 4.14); TLS begins when it resolves. */
export async function requestStartTls(
  socket: Socket,
  { label }: LdapServer,
  signal: AbortSignal,
): Promise<void> {
  const answer = await firstMessage(socket, label, signal, () =>
    socket.write(new ExtendedRequest({ messageId: 1, oid: startTlsOid }).write()),
  )
  const response = new ExtendedResponse({ messageId: 1 })
  try {
    const reader = new BerReader(answer)
    reader.readSequence()
    reader.readInt()
    reader.readSequence(response.protocolOperation)
    response.parse(reader, [])
  } catch (error) {
    socket.destroy()
    throw notLdap(label, error)
  }
  if (response.status === 0) return
  socket.destroy()
  throw startTlsRefused(label, response.status)
}

function firstMessage(socket: Socket, label: string, signal: AbortSignal, send: () => void): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const messages: Buffer[] = []
    const push = createFramer((message) => messages.push(message))
    let received = 0
    const finish = (settle: () => void) => {
      socket.off('data', onData).off('close', onClose)
      signal.removeEventListener('abort', onAbort)
      settle()
    }
    const fail = (failure: BackendFailure) =>
      finish(() => {
        socket.destroy()
        reject(failure)
      })
    const onData = (chunk: Buffer) => {
      received += chunk.length
      try {
        push(chunk)
      } catch (error) {
        return fail(notLdap(label, error))
      }
      const [message] = messages
      if (message === undefined) return
      // Whatever follows in clear text was not sent by the server, or must not count (RFC 4511, section 4.14.1).
      if (received > message.length)
        return fail(notLdap(label, new Error('clear text after the answer to STARTTLS')))
      finish(() => {
        socket.pause()
        resolve(message)
      })
    }
    const onClose = () => fail(brokenOff(label))
    const onAbort = () => fail(abortFailure(signal, label))
    socket.on('data', onData).on('close', onClose)
    signal.addEventListener('abort', onAbort)
    if (signal.aborted) onAbort()
    else send()
  })
}

/** Waits until a socket is connected; otherwise destroys it and throws. */
function until(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  { label }: LdapServer,
  signal: AbortSignal,
  explain: (error: unknown) => BackendFailure,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void) => {
      socket.off(event, onReady).off('error', onError).off('close', onClose)
      // An error between two owners of the socket must not end the process; its end is noticed by `close`.
      socket.on('error', () => undefined)
      signal.removeEventListener('abort', onAbort)
      settle()
    }
    const fail = (failure: BackendFailure) =>
      finish(() => {
        socket.destroy()
        reject(failure)
      })
    const onReady = () => finish(resolve)
    const onError = (error: Error) => fail(explain(error))
    const onClose = () => fail(explain(undefined))
    const onAbort = () => fail(abortFailure(signal, label))
    socket.on(event, onReady).on('error', onError).on('close', onClose)
    signal.addEventListener('abort', onAbort)
    if (signal.aborted) onAbort()
  })
}
