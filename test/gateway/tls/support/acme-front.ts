import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { Agent, request } from 'node:https'
import { startHttpPeer, type HttpPeer, type SeenRequest } from '../../../support/http-peer.ts'
import type { Pebble } from '../../../support/pebble.ts'
import { createMemoryAuthority } from './authority.ts'

/** What came back from Pebble, and may be changed on its way. */
export interface PassedOn {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

/** An answer in Pebble's place; null passes the request on. */
export type Instead = (seen: SeenRequest, payload: unknown) => PassedOn | null | Promise<PassedOn | null>

/** Stands before Pebble as a load balancer would, with a clock of its own, and can misbehave. */
export interface AcmeFront {
  readonly directory: string
  readonly caPem: string
  /** How many requests came, whatever became of them. */
  asked(): number
  /** Payloads of the signed requests to a path that begins so (`/order-plz`) and that were not refused. */
  accepted(path: string): unknown[]
  /** How far the authority's clock is from this machine's, in milliseconds. */
  setClock(offsetMs: number): void
  /** Answers have no date any more. */
  hideClock(): void
  answer(instead: Instead | null): void
  /** Changes answers that come from Pebble. */
  change(change: (seen: SeenRequest, answer: PassedOn) => void): void
  close(): Promise<void>
}

export async function startAcmeFront(pebble: Pebble, ip: string): Promise<AcmeFront> {
  // Two authorities of one name would be taken for each other.
  const authority = createMemoryAuthority(`Front ${randomUUID()}`, Date.now())
  const tls = authority.issue([ip])
  const agent = new Agent({ ca: pebble.caPem })
  let offset: number | null = 0
  let instead: Instead | null = null
  let change: (seen: SeenRequest, answer: PassedOn) => void = () => undefined
  const answered: SeenRequest[] = []

  const peer: HttpPeer = await startHttpPeer({ address: ip, tls: { key: tls.key, cert: tls.pem } })
  peer.handle((seen, response) => {
    void (async () => {
      const own = (await instead?.(seen, payloadOf(seen))) ?? null
      const answer = own ?? (await ask(pebble, agent, seen))
      if (own === null) change(seen, answer)
      if (seen.method === 'POST' && answer.status < 400) answered.push(seen)
      const {
        'content-length': _length,
        'transfer-encoding': _encoding,
        date: _date,
        ...others
      } = answer.headers
      response.sendDate = false
      const date = offset === null ? {} : { date: new Date(Date.now() + offset).toUTCString() }
      response.writeHead(answer.status, { ...others, ...date })
      response.end(answer.body)
    })().catch(() => response.destroy())
  })
  return {
    directory: `https://${ip}:${peer.port}/dir`,
    caPem: authority.pem,
    asked: () => peer.seen.length,
    accepted: (path) => answered.filter(({ url }) => url.startsWith(path)).map(payloadOf),
    setClock: (offsetMs) => (offset = offsetMs),
    hideClock: () => (offset = null),
    answer: (next) => (instead = next),
    change: (next) => (change = next),
    close: () => peer.close(),
  }
}

/** A refusal as authorities write it (RFC 8555, section 6.7). */
export function refusal(status: number, type: string, headers: IncomingHttpHeaders = {}): PassedOn {
  return {
    status,
    headers: { 'content-type': 'application/problem+json', 'replay-nonce': 'unused', ...headers },
    body: JSON.stringify({ type: `urn:ietf:params:acme:error:${type}`, detail: `refused: ${type}` }),
  }
}

function payloadOf({ body }: SeenRequest): unknown {
  const { payload = '' } = body === '' ? {} : (JSON.parse(body) as { payload?: string })
  return payload === '' ? null : JSON.parse(Buffer.from(payload, 'base64url').toString())
}

function ask(pebble: Pebble, agent: Agent, { method, url, headers, body }: SeenRequest): Promise<PassedOn> {
  return new Promise((resolve, reject) => {
    // Pebble builds its URLs from the Host header, and checks those of the signed requests against it.
    const options = {
      host: new URL(pebble.directory).hostname,
      port: pebble.port,
      path: url,
      method,
      headers,
      agent,
    }
    const passed = request(options, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
      )
    })
    passed.on('error', reject).end(body)
  })
}
