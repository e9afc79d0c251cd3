import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { Server as TlsServer } from 'node:tls'
import type { FastifyInstance } from 'fastify'
import type { ListenAddress } from './listen.ts'
import { reaches, type LocalEnd, type Place } from './place.ts'

/**
 * A way in to a listener: a listening socket (one for each address of a name) that hands its connections to the HTTP
 * server of the listener. Node documents that for both kinds of server ("Event: 'connection'" of `node:http` and
 * `node:tls`). So a listener can have two doors for a while, with one TLS context, one set of limits, one life.
 */
export interface Door {
  /** The port that was chosen where 0 was asked for. */
  readonly port: number
  /** True for a connection that came, or could have come, through this door. */
  covers(end: LocalEnd): boolean
  /** Takes no more connections, and lets those that came in go on. Resolves when the last of them has ended. */
  close(): Promise<void>
  /** Cuts off what is still connected. */
  cut(): void
}

/** Opens a door. Rejects with the operating system's error. */
export async function openDoor(app: FastifyInstance, { at, hosts }: Place): Promise<Door> {
  const [first = at.host, ...others] = hosts
  const front = await openFront(app, { host: first, port: at.port })
  const { port } = front
  // Of a name with several addresses one suffices: many machines know ::1 as localhost and have no IPv6.
  const attempts = others.map((host) => openFront(app, { host, port }).catch(() => null))
  const fronts = [front, ...(await Promise.all(attempts)).filter((each) => each !== null)]
  return {
    port,
    covers: (end) => end.localPort === port && fronts.some(({ host }) => reaches(host, end.localAddress)),
    close: async () => void (await Promise.all(fronts.map((each) => each.close()))),
    cut: () => fronts.forEach((each) => each.cut()),
  }
}

interface Front extends ListenAddress {
  close(): Promise<void>
  cut(): void
}

async function openFront(app: FastifyInstance, at: ListenAddress): Promise<Front> {
  const sockets = new Set<Socket>()
  // As Node sets up the sockets of its own HTTP and HTTPS servers.
  const options = { allowHalfOpen: !(app.server instanceof TlsServer), noDelay: true }
  const server = createServer(options, (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    app.server.emit('connection', socket)
  })
  server.listen(at)
  await once(server, 'listening')
  // A connection that cannot be accepted (no file descriptor left) concerns nobody else.
  server.on('error', () => {})
  return {
    host: at.host,
    port: portOf(server),
    close: () => new Promise((resolve) => void server.close(() => resolve())),
    cut: () => sockets.forEach((socket) => socket.destroy()),
  }
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}
