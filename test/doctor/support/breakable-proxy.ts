import { request as sendRequest } from 'node:http'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { createServer as createHttpsServer, type Server } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'

/** What may be wrong with a reverse proxy. */
export interface ProxyFaults {
  /** Answers by itself instead of passing on. */
  readonly answer?: (request: IncomingMessage, response: ServerResponse) => void
  /** The path that is sent on. */
  readonly rewrite?: (target: string) => string
  /** Which upstream a path goes to, instead of the right one. */
  readonly upstreamOf?: (target: string) => string
  /** The headers that are sent on. */
  readonly headers?: (headers: Record<string, string>) => Record<string, string>
  readonly maxBodyBytes?: number
  readonly refusedMethods?: readonly string[]
  /** Request targets that are answered 403. */
  readonly refusedTargets?: RegExp
  readonly answerHeaders?: Readonly<Record<string, string>>
}

export interface BreakableProxy {
  readonly port: number
  /** Presents another certificate from now on. */
  useCertificate(certificate: { readonly key: string; readonly cert: string }): void
  /** Null mends everything. */
  fail(faults: ProxyFaults | null): void
  close(): Promise<void>
}

export interface BreakableProxyOptions {
  /** Base URLs. */
  readonly signpost: string
  readonly homeserver: string
  /** PEM. */
  readonly certificate: { readonly key: string; readonly cert: string }
}

/** A reverse proxy as it should be: `/_matrix/identity/` and `/_signpost/` to Signpost, the rest to the homeserver, bytes unchanged. */
export async function startBreakableProxy(options: BreakableProxyOptions): Promise<BreakableProxy> {
  let faults: ProxyFaults = {}
  const upstreamOf = (target: string) =>
    /^\/_(matrix\/identity|signpost)\//.test(target) ? options.signpost : options.homeserver

  const listener: RequestListener = (request, response) => {
    const target = request.url ?? ''
    if (faults.answer !== undefined) return faults.answer(request, response)
    const refusal = refusalOf(request, faults)
    if (refusal !== null) {
      return void response.writeHead(refusal, { server: 'nginx', connection: 'close' }).end()
    }
    const upstream = new URL((faults.upstreamOf ?? upstreamOf)(target))
    const headers = headersFor(request)
    const onward = sendRequest(
      {
        host: upstream.hostname,
        port: upstream.port,
        method: request.method,
        path: faults.rewrite?.(target) ?? target,
        headers: faults.headers?.(headers) ?? headers,
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...faults.answerHeaders })
        answer.pipe(response)
      },
    )
    onward.on('error', () => {
      if (!response.headersSent) response.writeHead(502, { server: 'nginx' })
      response.end()
    })
    request.pipe(onward)
  }

  const server = createHttpsServer(options.certificate, listener)
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => sockets.add(socket.once('close', () => sockets.delete(socket))))
  const port = await listen(server)
  return {
    port,
    useCertificate: (certificate) => server.setSecureContext(certificate),
    fail: (next) => void (faults = next ?? {}),
    close() {
      for (const socket of sockets) socket.destroy()
      return new Promise((done) => server.close(() => done()))
    },
  }
}

/** The status with which a request is turned away; null for one that is passed on. */
function refusalOf({ method, url, headers }: IncomingMessage, faults: ProxyFaults): number | null {
  if (faults.refusedTargets?.test(url ?? '') === true) return 403
  if (faults.refusedMethods?.includes(method ?? '') === true) return 405
  const length = Number(headers['content-length'] ?? 0)
  return length > (faults.maxBodyBytes ?? Number.MAX_SAFE_INTEGER) ? 413 : null
}

function headersFor({ headers, socket }: IncomingMessage): Record<string, string> {
  const single = Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')] as const)
  const before = headers['x-forwarded-for']
  return {
    ...Object.fromEntries(single),
    'x-forwarded-for': [...(before === undefined ? [] : [before]), socket.remoteAddress ?? '']
      .flat()
      .join(', '),
    'x-forwarded-proto': 'https',
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}
