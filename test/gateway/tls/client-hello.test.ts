import fc from 'fast-check'
import { once } from 'node:events'
import { createServer as createHttpsServer } from 'node:https'
import {
  connect as connectTcp,
  createServer as createTcpServer,
  type AddressInfo,
  type Server,
} from 'node:net'
import { connect, type ConnectionOptions } from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createChallenges } from '../../../src/gateway/tls/acme/challenges.ts'
import { offeredProtocols } from '../../../src/gateway/tls/alpn/client-hello.ts'
import { divertChallenges } from '../../../src/gateway/tls/alpn/divert-challenges.ts'
import { systemRandom } from '../../../src/system.ts'
import { createMemoryAuthority } from './support/authority.ts'

/** What a real client sends first. */
async function helloOf(options: ConnectionOptions): Promise<Buffer> {
  const server = createTcpServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const client = connect({ host: '127.0.0.1', port, servername: 'a.example', ...options })
  client.on('error', () => undefined)
  const [socket] = (await once(server, 'connection')) as [ReturnType<typeof connectTcp>]
  const [bytes] = (await once(socket, 'data')) as [Buffer]
  client.destroy()
  socket.destroy()
  server.close()
  return bytes
}

test('the protocols that a client offers are read, and nothing is said before its message is whole', async () => {
  const hello = await helloOf({ ALPNProtocols: ['h2', 'acme-tls/1'] })
  expect(offeredProtocols(hello)).toEqual(['h2', 'acme-tls/1'])
  for (let length = 0; length < hello.length; length += 7) {
    expect(offeredProtocols(hello.subarray(0, length)), `${length} bytes`).toBeUndefined()
  }
  expect(offeredProtocols(await helloOf({}))).toEqual([])
  expect(offeredProtocols(await helloOf({ maxVersion: 'TLSv1.2', ALPNProtocols: ['x'] }))).toEqual(['x'])
})

test('a message in several records is put together', async () => {
  const hello = await helloOf({ ALPNProtocols: ['acme-tls/1'] })
  const [head, body] = [hello.subarray(0, 3), hello.subarray(5)]
  const record = (part: Buffer) => {
    const length = Buffer.alloc(2)
    length.writeUInt16BE(part.length)
    return Buffer.concat([head, length, part])
  }
  const split = Buffer.concat([record(body.subarray(0, 100)), record(body.subarray(100))])
  expect(offeredProtocols(split)).toEqual(['acme-tls/1'])
})

test('whatever else comes, there is an answer and never an error', async () => {
  const hello = await helloOf({ ALPNProtocols: ['acme-tls/1'] })
  expect(offeredProtocols(Buffer.from('GET / HTTP/1.1\r\n\r\n'))).toEqual([])
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      const answer = offeredProtocols(Buffer.from(bytes))
      return answer === undefined || Array.isArray(answer)
    }),
  )
  fc.assert(
    fc.property(fc.nat(hello.length - 1), fc.nat(255), (at, value) => {
      const changed = Buffer.from(hello)
      changed[at] = value
      const answer = offeredProtocols(changed)
      return answer === undefined || Array.isArray(answer)
    }),
    { numRuns: 500 },
  )
})

const leaf = createMemoryAuthority('Authority', Date.now()).issue(['a.example'])
const challenges = createChallenges(systemRandom)
let server: Server
let port: number

beforeAll(async () => {
  const https = createHttpsServer({ key: leaf.key, cert: leaf.pem }, (_request, response) =>
    response.end('ok'),
  )
  divertChallenges(https, challenges)
  server = https.listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})
afterAll(() => void server.close())

/** What a client is shown that offers these protocols, or the code of its error. */
async function shown(servername: string, ALPNProtocols: string[]): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, servername, ALPNProtocols, rejectUnauthorized: false })
  try {
    await once(socket, 'secureConnect')
    return socket.getPeerX509Certificate()?.subjectAltName ?? ''
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'no error'
  } finally {
    socket.on('error', () => undefined).destroy()
  }
}

test('only who asks for the check of an expected name gets its certificate', async () => {
  expect(await shown('b.example', ['acme-tls/1'])).toMatch(/^ERR_SSL_/)
  const takeBack = challenges.offerAlpn('B.example', 'token.thumbprint', Date.now())
  expect(await shown('b.example', ['acme-tls/1'])).toBe('DNS:B.example')
  expect(await shown('b.example', ['http/1.1'])).toBe('DNS:a.example')
  expect(await shown('b.example', [])).toBe('DNS:a.example')
  expect(await shown('c.example', ['acme-tls/1'])).toMatch(/^ERR_SSL_|^ECONNRESET/)
  takeBack()
  expect(await shown('b.example', ['acme-tls/1'])).toMatch(/^ERR_SSL_/)
})

test('a client that sends its first message in crumbs, and one that leaves in between, do no harm', async () => {
  const takeBack = challenges.offerAlpn('b.example', 'token.thumbprint', Date.now())
  const hello = await helloOf({ ALPNProtocols: ['http/1.1'] })
  const leaver = connectTcp(port, '127.0.0.1')
  await once(leaver, 'connect')
  leaver.end(hello.subarray(0, 40))
  await once(leaver, 'close')

  const slow = connectTcp({ port, host: '127.0.0.1', noDelay: true })
  for (let at = 0; at < hello.length; at += 60) {
    await new Promise((done) => slow.write(hello.subarray(at, at + 60), done))
  }
  const [answer] = (await once(slow, 'data')) as [Buffer]
  // A ServerHello: the handshake goes on.
  expect([answer[0], answer[5]]).toEqual([0x16, 0x02])
  slow.destroy()
  takeBack()
})
