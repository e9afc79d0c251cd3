import type { Server } from 'node:https'
import type { Socket } from 'node:net'
import { createSecureContext, createServer } from 'node:tls'
import type { Challenges } from '../acme/challenges.ts'
import { offeredProtocols } from './client-hello.ts'

/** The protocol of the check (RFC 8737, section 4). */
const ACME_TLS = 'acme-tls/1'
const PATIENCE_MS = 10_000

/**
 * Lets a listener answer tls-alpn-01. Node chooses the certificate before it looks at the protocols that a client
 * offers, so that the first bytes are read here and the connection goes to the server that it is for. While no check is
 * expected, connections pass untouched. Call it before the server gets its first connection.
 */
export function divertChallenges(server: Server, challenges: Challenges): void {
  const answering = createServer({
    ALPNProtocols: [ACME_TLS],
    SNICallback(name, done) {
      const material = challenges.alpnAnswer(name.toLowerCase())
      if (material === undefined) done(new Error('no check of this name is expected'))
      else done(null, createSecureContext(material))
    },
  })
  // The handshake is the whole answer.
  answering.on('secureConnection', (socket) => socket.on('error', () => undefined).end())
  answering.on('tlsClientError', (_error, socket) => socket.destroy())

  // Both Node's documented way to hand a connection to a server (`Event: 'connection'`).
  const accept = server.listeners('connection')
  const pass = (socket: Socket) => accept.forEach((listener) => listener.call(server, socket) as unknown)
  server.removeAllListeners('connection')
  server.on('connection', (socket: Socket) => {
    if (!challenges.expectsAlpn()) return pass(socket)
    peek(socket, (protocols) => {
      if (protocols.includes(ACME_TLS)) answering.emit('connection', socket)
      else pass(socket)
    })
  })
}

/** Looks at the first bytes and puts them back. A client that sends none in time is let go. */
function peek(socket: Socket, decide: (protocols: readonly string[]) => void): void {
  let seen = Buffer.alloc(0)
  const impatient = () => void socket.destroy()
  const onReadable = () => {
    for (let chunk = read(socket); chunk !== null; chunk = read(socket)) seen = Buffer.concat([seen, chunk])
    const protocols = offeredProtocols(seen)
    if (protocols === undefined) return
    settle()
    socket.unshift(seen)
    decide(protocols)
  }
  const ends = ['error', 'timeout', 'end'] as const
  const settle = () => {
    socket.off('readable', onReadable).setTimeout(0)
    for (const end of ends) socket.off(end, impatient)
  }
  for (const end of ends) socket.on(end, impatient)
  socket.on('readable', onReadable).setTimeout(PATIENCE_MS)
}

const read = (socket: Socket) => socket.read() as Buffer | null
