import { connect, type Socket } from 'node:net'
import type { HostileAnswer } from './check-answer.ts'

/** A TCP connection on which a test writes what it likes. */
export interface RawConnection {
  readonly socket: Socket
  readonly closed: boolean
  write(bytes: string | Buffer): void
  /** The next whole answer; null when the connection ends before there is one. `head`: without a body. */
  answer(options?: { head?: boolean }): Promise<HostileAnswer | null>
  /** Everything that came and belongs to no answer yet. */
  rest(): string
  end(): void
}

export async function openRawConnection(port: number, host = '127.0.0.1'): Promise<RawConnection> {
  const socket = connect({ port, host })
  let received = Buffer.alloc(0)
  let closed = false
  let wake = () => {}
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk])
    wake()
  })
  socket.on('error', () => undefined)
  socket.on('close', () => {
    closed = true
    wake()
  })
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  return {
    socket,
    get closed() {
      return closed
    },
    write: (bytes) => void socket.write(bytes),
    async answer({ head = false } = {}) {
      for (;;) {
        const found = readAnswer(received, head)
        if (found !== null) {
          received = received.subarray(found.length)
          if (found.answer.status >= 200) return found.answer
        } else if (closed) return null
        else await new Promise<void>((resolve) => (wake = resolve))
      }
    },
    rest: () => received.toString('latin1'),
    end: () => void socket.destroy(),
  }
}

/** Only what this server sends: bodies have a Content-Length. */
function readAnswer(bytes: Buffer, head: boolean): { answer: HostileAnswer; length: number } | null {
  const end = bytes.indexOf('\r\n\r\n')
  if (end === -1) return null
  const [statusLine = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const headers = Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  )
  const status = Number(statusLine.split(' ')[1])
  const hasBody = !head && status >= 200 && status !== 204 && status !== 304
  const start = end + 4
  const length = start + (hasBody ? Number(headers['content-length'] ?? 0) : 0)
  if (bytes.length < length) return null
  return { answer: { status, headers, body: bytes.subarray(start, length).toString('utf8') }, length }
}
