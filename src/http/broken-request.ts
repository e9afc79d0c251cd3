import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { MatrixError } from '../matrix/errors.ts'
import { corsHeaders } from './cors.ts'

/**
 * Answers what never becomes a request: Node's parser refused it, or it took too long. No hook and no handler sees it,
 * so the answer is written by hand, in the form of every other error.
 */
export function answerBrokenRequest(error: Error & { readonly code?: string }, socket: Socket): void {
  // The client has gone.
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const answer = answerFor(error.code)
  const body = JSON.stringify(answer.toBody())
  const headers = {
    ...corsHeaders,
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const head = `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status]}\r\n${lines.join('')}`
  socket.end(`${head}\r\n${body}`, () => socket.destroy())
}

function answerFor(code: string | undefined): MatrixError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new MatrixError('M_TOO_LARGE', { status: 431, message: 'The headers are too large.' })
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new MatrixError('M_UNKNOWN', { status: 408, message: 'The request took too long to arrive.' })
    default:
      return new MatrixError('M_UNKNOWN', { status: 400, message: 'This is not a valid HTTP request.' })
  }
}
