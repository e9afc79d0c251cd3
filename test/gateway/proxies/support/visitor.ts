import { once } from 'node:events'
import { Agent, request as httpsRequest } from 'node:https'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Seen } from './stand-in.ts'

/** The address a visitor comes from; the proxies themselves use 127.0.0.1, so the two can be told apart. */
export const visitorAddress = '127.0.0.2'

export interface Visit {
  readonly method?: string
  /** Sent byte for byte. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer
}

export interface Answer {
  readonly status: number
  /** Who answered, where one of the stand-ins did. */
  readonly who: string | null
  /** Name and value in turn, as received. */
  readonly rawHeaders: readonly string[]
  readonly text: string
  /** What the stand-in saw. */
  seen(): Seen
}

/** Somebody outside who uses one site of a proxy, over TLS. */
export interface Visitor {
  ask(visit: Visit): Promise<Answer>
  /** The answer as it arrives. */
  open(visit: Visit): Promise<IncomingMessage>
  /** The connection after a successful upgrade to WebSocket. */
  upgrade(path: string): Promise<{ readonly who: string | null; readonly socket: Duplex }>
  close(): void
}

export function createVisitor(site: {
  readonly host: string
  readonly port: number
  readonly ca: string
}): Visitor {
  const agent = new Agent({ keepAlive: true, maxSockets: 4, ca: site.ca })
  const start = ({ method = 'GET', path, headers = {}, body }: Visit) => {
    const length = body === undefined ? {} : { 'content-length': String(body.length) }
    const sent = httpsRequest({
      ...{ host: '127.0.0.1', port: site.port, localAddress: visitorAddress, servername: site.host },
      ...{ agent, method, path, headers: { host: site.host, ...length, ...headers } },
    })
    return { sent, end: () => sent.end(body) }
  }
  const open = (visit: Visit) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const { sent, end } = start(visit)
      sent.once('response', resolve).once('error', reject)
      end()
    })

  return {
    open,
    async ask(visit) {
      const response = await open(visit)
      const chunks: Buffer[] = []
      for await (const chunk of response) chunks.push(chunk as Buffer)
      const text = Buffer.concat(chunks).toString()
      return {
        status: response.statusCode ?? 0,
        who: (response.headers['x-who'] as string | undefined) ?? null,
        rawHeaders: response.rawHeaders,
        text,
        seen: () => JSON.parse(text) as Seen,
      }
    },
    async upgrade(path) {
      const { sent, end } = start({
        path,
        headers: {
          ...{ connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' },
          'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        },
      })
      end()
      sent.once('response', (response) => {
        sent.destroy(new Error(`no upgrade, but status ${response.statusCode}`))
      })
      const [response, socket] = (await once(sent, 'upgrade')) as [IncomingMessage, Duplex]
      return { who: (response.headers['x-who'] as string | undefined) ?? null, socket }
    },
    close: () => agent.destroy(),
  }
}
