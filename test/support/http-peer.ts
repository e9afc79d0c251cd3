import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'

/** What the peer saw of one request. */
export interface SeenRequest {
  readonly method: string
  /** The raw request target. */
  readonly url: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** SNI name; false when the client sent none, undefined over plain HTTP. */
  readonly sni: string | false | undefined
  readonly body: string
}

export type Handler = (request: SeenRequest, response: ServerResponse) => void

/** A real HTTP or HTTPS server on loopback that remembers what it was asked. */
export interface HttpPeer {
  readonly port: number
  readonly seen: readonly SeenRequest[]
  /** TCP connections so far, whether or not a request followed. */
  readonly connections: number
  handle(handler: Handler): void
  close(): Promise<void>
}

export interface HttpPeerOptions {
  readonly handler?: Handler
  /** Default 127.0.0.1. */
  readonly address?: string
  readonly port?: number
  /** Key and certificate; plain HTTP without. */
  readonly tls?: { readonly key: string; readonly cert: string }
}

export async function startHttpPeer(options: HttpPeerOptions = {}): Promise<HttpPeer> {
  const seen: SeenRequest[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  let handler: Handler = options.handler ?? json(200, {})

  const listener = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const one: SeenRequest = {
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      sni: options.tls === undefined ? undefined : ((request.socket as TLSSocket).servername ?? false),
      body: Buffer.concat(chunks).toString(),
    }
    seen.push(one)
    handler(one, response)
  }
  const onRequest = (request: IncomingMessage, response: ServerResponse) =>
    void listener(request, response).catch(() => response.destroy())
  const server =
    options.tls === undefined ? createHttpServer(onRequest) : createHttpsServer(options.tls, onRequest)
  server.on('connection', (socket: Socket) => {
    connections += 1
    sockets.add(socket.once('close', () => sockets.delete(socket)))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, options.address ?? '127.0.0.1', resolve)
  })

  return {
    port: (server.address() as AddressInfo).port,
    seen,
    get connections() {
      return connections
    },
    handle(next) {
      handler = next
    },
    close() {
      for (const socket of sockets) socket.destroy()
      return new Promise((done) => server.close(() => done()))
    },
  }
}

/** A handler that answers with JSON. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Handler {
  return (_request, response) =>
    void response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(body))
}
