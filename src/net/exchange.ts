import type { Socket } from 'node:net'
import { Client, errors, type Dispatcher } from 'undici'
import { HttpFailure } from './http-failure.ts'

export interface ExchangeRequest {
  readonly url: URL
  readonly method: Dispatcher.HttpMethod
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  readonly maxBytes: number
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/**
 * Sends one request over a connected socket and reads the whole answer, then closes the socket: calls are rare and go
 * to ever-changing peers, so there is nothing to keep open. Whatever fails here, the peer may have got the request.
 */
export async function exchange(
  socket: Socket,
  request: ExchangeRequest,
  signal: AbortSignal,
): Promise<Answer> {
  const { url, method, headers, body, maxBytes } = request
  const client = new Client(url.origin, {
    connect: handOver(socket),
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  try {
    const response = await client.request({
      path: url.pathname + url.search,
      method,
      headers,
      body,
      signal,
      reset: true,
    })
    return {
      status: response.statusCode,
      headers: joinHeaders(response.headers),
      body: await readBody(response, maxBytes),
    }
  } catch (error) {
    throw classify(error, url.host, signal)
  } finally {
    await client.destroy()
    socket.destroy()
  }
}

/** undici asks for a second connection when the first one ends early; there is none, the address was checked for one. */
function handOver(socket: Socket): NonNullable<Client.Options['connect']> {
  let given = false
  return (_options, callback) => {
    // Never at once: undici would not notice a connection that is there before its own call returns.
    queueMicrotask(() => {
      if (given || socket.destroyed)
        return callback(new errors.SocketError('The peer closed the connection.'), null)
      given = true
      callback(null, socket)
    })
  }
}

async function readBody(response: Dispatcher.ResponseData, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response.body as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > maxBytes) {
      throw new HttpFailure('too-large', `The answer is longer than ${maxBytes} bytes.`, {
        mayHaveArrived: true,
      })
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function joinHeaders(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  const pairs = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value] as const],
  )
  return Object.fromEntries(pairs)
}

function classify(error: unknown, host: string, signal: AbortSignal): unknown {
  if (error instanceof HttpFailure || error instanceof errors.InvalidArgumentError) return error
  const options = { mayHaveArrived: true, cause: error }
  if (signal.aborted) return new HttpFailure('timeout', `${host} did not answer in time.`, options)
  if (error instanceof errors.HeadersOverflowError) {
    return new HttpFailure('too-large', `The headers of the answer from ${host} are too long.`, options)
  }
  const why = error instanceof Error ? error.message : String(error)
  return new HttpFailure('reset', `The connection to ${host} broke: ${why}`, options)
}
