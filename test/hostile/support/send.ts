import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance, HTTPMethods } from 'fastify'
import type { HostileAnswer } from './check-answer.ts'
import type { HostileRequest } from './hostile-requests.ts'
import { openRawConnection, type RawConnection } from './raw-connection.ts'
import type { Seeded } from './seeded.ts'

/** Without a socket: fast, and with every hook, parser and handler of the application. */
export async function injectRequest(app: FastifyInstance, request: HostileRequest): Promise<HostileAnswer> {
  const { body, statusCode, headers } = await app.inject({
    method: request.method as HTTPMethods,
    url: request.target.replaceAll('\0', '%00'),
    headers: Object.fromEntries(request.headers),
    ...(request.body.length > 0 ? { payload: request.body } : {}),
  })
  const texts = Object.entries(headers).map(([name, value]) => [name, String(value)])
  return { status: statusCode, headers: Object.fromEntries(texts), body }
}

/** How a client may treat its request: most send it at once, some in pieces, some leave in the middle. */
export type Manner = 'whole' | 'in pieces' | 'aborted' | 'impatient'

export function mannerFor(choose: Seeded): Manner {
  if (choose.chance(0.95)) return 'whole'
  return choose.pick(['in pieces', 'aborted', 'impatient'])
}

/** One keep-alive connection after the other: what the server closes is opened again. */
export interface RawSender {
  /** Null: the client left, or the server closed the connection without a word. */
  send(request: HostileRequest, manner: Manner): Promise<HostileAnswer | null>
  close(): void
}

export function createRawSender(port: number): RawSender {
  let connection: RawConnection | null = null
  return {
    async send(request, manner) {
      if (connection === null || connection.closed) connection = await openRawConnection(port)
      const bytes = requestBytes(request)
      const middle = Math.floor(bytes.length / 2)
      connection.write(manner === 'whole' || manner === 'impatient' ? bytes : bytes.subarray(0, middle))
      if (manner === 'in pieces') {
        await sleep(20)
        connection.write(bytes.subarray(middle))
      }
      if (manner === 'aborted' || manner === 'impatient') {
        connection.end()
        connection = null
        return null
      }
      const answer = await connection.answer({ head: request.method === 'HEAD' })
      if (answer === null || answer.headers['connection'] === 'close') {
        connection.end()
        connection = null
      }
      return answer
    },
    close: () => connection?.end(),
  }
}

/** As it stands on the wire; header values and targets are Latin-1, so that any byte can be in them. */
function requestBytes({ method, target, headers, body }: HostileRequest): Buffer {
  const lines = [
    `${method} ${target} HTTP/1.1`,
    'host: id.example.org',
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(body.length > 0 || method === 'POST' ? [`content-length: ${body.length}`] : []),
  ]
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body])
}
