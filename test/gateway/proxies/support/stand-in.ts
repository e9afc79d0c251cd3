import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** What a stand-in saw of a request; also the body of its answer. */
export interface Seen {
  readonly who: string
  readonly method: string
  /** The raw request target. */
  readonly url: string
  readonly httpVersion: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly bodyLength: number
  readonly bodyHash: string
}

/** A server behind the proxies: says who it is and what it was asked; streams; takes WebSockets. */
export interface StandIn {
  readonly port: number
  /** Lets a request to `/stream` go on, which has got its first event and waits. */
  finishStream(): void
  close(): Promise<void>
}

export async function startStandIn(who: string): Promise<StandIn> {
  const sockets = new Set<Socket>()
  let finish = () => {}
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const hash = createHash('sha256')
    let bodyLength = 0
    for await (const chunk of request) {
      hash.update(chunk as Buffer)
      bodyLength += (chunk as Buffer).length
    }
    if (request.url?.endsWith('/stream') === true) {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: first\n\n')
      finish = () => void response.end('data: last\n\n')
      return
    }
    const seen: Seen = {
      who,
      method: request.method ?? '',
      url: request.url ?? '',
      httpVersion: request.httpVersion,
      headers: request.headers as Seen['headers'],
      bodyLength,
      bodyHash: hash.digest('hex'),
    }
    // HEAD has no body, so the essential is in a header too.
    response
      .writeHead(200, {
        'content-type': 'application/json',
        'x-who': who,
        'access-control-allow-origin': '*',
      })
      .end(JSON.stringify(seen))
  }
  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy())
  })
  // Echoes what comes through the upgraded connection, after saying who it is.
  server.on('upgrade', (request, socket) => {
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nX-Who: ${who}\r\n` +
        `Sec-WebSocket-Accept: ${acceptOf(request.headers['sec-websocket-key'] ?? '')}\r\n\r\n`,
    )
    socket.on('error', () => socket.destroy()).pipe(socket)
  })
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.once('close', () => sockets.delete(socket)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    finishStream: () => finish(),
    close() {
      for (const socket of sockets) socket.destroy()
      return new Promise((done) => server.close(() => done()))
    },
  }
}

/** RFC 6455, section 4.2.2. */
function acceptOf(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
}
