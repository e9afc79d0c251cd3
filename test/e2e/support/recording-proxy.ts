import type { ServerResponse } from 'node:http'
import { Agent, request as send } from 'undici'
import type { Authority } from '../../support/certificate-authority.ts'
import { startHttpPeer, type SeenRequest } from '../../support/http-peer.ts'

/** One request that passed, and its answer. */
export interface Exchange extends SeenRequest {
  readonly status: number
  readonly answer: string
}

/** Answers in the place of the server; `pass` asks it. */
export type Interference = (
  request: SeenRequest,
  response: ServerResponse,
  pass: () => Promise<Exchange>,
) => Promise<void> | void

/** What stands in front of a server, with a certificate of its name, and sees all that others say to it. */
export interface RecordingProxy {
  readonly port: number
  /** Everything that came, whatever became of it. */
  readonly requests: readonly SeenRequest[]
  /** Everything that was passed on and answered, in order. */
  readonly exchanges: readonly Exchange[]
  /** TCP connections so far. */
  readonly connections: number
  /** Null: everything is passed on as it is. */
  interfere(interference: Interference | null): void
  close(): Promise<void>
}

export interface RecordingProxyOptions {
  /** Base URL of the server behind it. */
  readonly target: string
  readonly authority: Authority
  /** Name of the certificate. */
  readonly host: string
  /** Where it listens; default 127.0.0.1. */
  readonly address?: string
}

/** What belongs to one connection, or says how the body is cut. */
const ownHeaders = ['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'accept-encoding']

export async function startRecordingProxy(options: RecordingProxyOptions): Promise<RecordingProxy> {
  const { target, authority, host, address } = options
  const exchanges: Exchange[] = []
  const agent = new Agent({ connect: { ca: authority.caPem } })
  let interference: Interference | null = null

  async function pass(seen: SeenRequest): Promise<Exchange> {
    const headers = Object.entries(seen.headers).filter(([name]) => !ownHeaders.includes(name))
    const answer = await send(target + seen.url, {
      method: seen.method as 'GET',
      headers: Object.fromEntries(headers) as Record<string, string>,
      body: seen.method === 'GET' ? null : seen.body,
      dispatcher: agent,
      signal: AbortSignal.timeout(30_000),
    })
    const exchange = { ...seen, status: answer.statusCode, answer: await answer.body.text() }
    exchanges.push(exchange)
    return exchange
  }

  const handle: Interference = async (seen, response) => answerWith(response, await pass(seen))
  const peer = await startHttpPeer({
    tls: await authority.issue([host]),
    ...(address === undefined ? {} : { address }),
    handler: (seen, response) =>
      void Promise.resolve((interference ?? handle)(seen, response, () => pass(seen))).catch(() =>
        response.destroy(),
      ),
  })
  return {
    port: peer.port,
    requests: peer.seen,
    exchanges,
    get connections() {
      return peer.connections
    },
    interfere: (next) => void (interference = next),
    async close() {
      await peer.close()
      await agent.close()
    },
  }
}

/** Every answer in the Matrix APIs is JSON. */
export function answerWith(
  response: ServerResponse,
  { status, answer }: Pick<Exchange, 'status' | 'answer'>,
): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(answer)
}
