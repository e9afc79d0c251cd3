import { connect, type Socket } from 'node:net'

/** One HTTP request, ready to be written, and what an acceptable answer begins with. */
export type RequestBytes = Buffer

export interface LoadResult {
  readonly requests: number
  readonly failed: number
  readonly seconds: number
  /** Milliseconds, ascending. */
  readonly latencies: Float64Array
}

export interface LoadOptions {
  readonly port: number
  readonly connections: number
  readonly seconds: number
  /** The next request of a connection; called once per request. */
  readonly next: () => RequestBytes
  /** Told of every answer that is not 200. */
  readonly onFailure?: (status: number, body: string) => void
}

/** `POST` or `GET` over a kept-alive connection. */
export function requestBytes(
  method: string,
  path: string,
  token: string | null,
  body?: unknown,
): RequestBytes {
  const payload = body === undefined ? '' : JSON.stringify(body)
  const head = [
    `${method} ${path} HTTP/1.1`,
    'host: localhost',
    ...(token === null ? [] : [`authorization: Bearer ${token}`]),
    ...(payload === ''
      ? []
      : ['content-type: application/json', `content-length: ${Buffer.byteLength(payload)}`]),
  ]
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${payload}`)
}

/**
 * Keeps `connections` requests under way for `seconds` (a closed loop: each connection asks again as soon as it is
 * answered), over plain sockets so that the load takes as little of the machine as can be.
 */
export async function load(options: LoadOptions): Promise<LoadResult> {
  const latencies: number[] = []
  let failed = 0
  const started = performance.now()
  const end = started + options.seconds * 1000
  await Promise.all(
    Array.from({ length: options.connections }, async () => {
      const socket = await open(options.port)
      const answers = readAnswers(socket)
      while (performance.now() < end) {
        const begun = performance.now()
        socket.write(options.next())
        const { value, done } = await answers.next()
        if (done === true) throw new Error('The server closed the connection.')
        latencies.push(performance.now() - begun)
        if (value.status === 200) continue
        failed++
        options.onFailure?.(value.status, value.body)
      }
      socket.destroy()
    }),
  )
  const seconds = (performance.now() - started) / 1000
  return { requests: latencies.length, failed, seconds, latencies: Float64Array.from(latencies).sort() }
}

export function percentile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    socket.once('connect', () => resolve(socket)).once('error', reject)
  })
}

interface Answer {
  readonly status: number
  readonly body: string
}

/** Reads answers that carry a Content-Length, as every answer of Signpost does. */
async function* readAnswers(socket: Socket): AsyncGenerator<Answer, void> {
  let buffered: Buffer = Buffer.alloc(0)
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    buffered = buffered.length === 0 ? chunk : Buffer.concat([buffered, chunk])
    for (;;) {
      const headEnd = buffered.indexOf('\r\n\r\n')
      if (headEnd < 0) break
      const head = buffered.toString('latin1', 0, headEnd)
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
      const total = headEnd + 4 + length
      if (buffered.length < total) break
      const status = Number(head.slice(9, 12))
      const body = status === 200 ? '' : buffered.toString('utf8', headEnd + 4, total)
      buffered = buffered.subarray(total)
      yield { status, body }
    }
  }
}
