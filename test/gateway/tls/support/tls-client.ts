import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { connect, type TLSSocket } from 'node:tls'
import { fetchChain } from '../../../../src/gateway/tls/fetch-chain.ts'

/** Certificates that a new connection is shown, as PEM, leaf first. */
export function chainAt(url: string, serverName: string): Promise<string> {
  const { hostname, port } = new URL(url)
  return fetchChain({ host: hostname, port: Number(port), serverName, timeoutMs: 5_000 })
}

/** The leaf that a new connection is shown. */
export async function leafAt(url: string, serverName: string): Promise<X509Certificate> {
  return new X509Certificate(await chainAt(url, serverName))
}

/** A connection of a client that verifies what it is shown, and speaks HTTP/1.1 by hand. */
export interface HttpsConnection {
  readonly socket: TLSSocket
  send(text: string): void
  /** The next whole answer with a Content-Length. */
  answer(): Promise<string>
}

export async function connectHttps(url: string, serverName: string, ca: string): Promise<HttpsConnection> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), servername: serverName, ca })
  let received = ''
  socket.setEncoding('utf8').on('data', (text: string) => (received += text))
  await once(socket, 'secureConnect')
  return {
    socket,
    send: (text) => void socket.write(text),
    async answer() {
      for (;;) {
        const end = received.indexOf('\r\n\r\n')
        const length = Number(/^content-length: (\d+)/im.exec(received)?.[1] ?? Number.NaN)
        if (end >= 0 && received.length >= end + 4 + length) {
          const answer = received.slice(0, end + 4 + length)
          received = received.slice(answer.length)
          return answer
        }
        await once(socket, 'data')
      }
    },
  }
}
