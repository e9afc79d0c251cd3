import { once } from 'node:events'
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import type { Server as TlsServer } from 'node:tls'
import { fastify, type FastifyInstance } from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { createListener, type Listener } from '../src/listener.ts'
import { createAuthority } from './support/certificate-authority.ts'
import { freePort } from './support/free-port.ts'
import { eventually } from './support/poll.ts'
import { createTempDir } from './support/temp-dir.ts'

const HOST = '127.0.0.1'

interface World {
  readonly listener: Listener
  readonly app: FastifyInstance
  /** Lets the requests for `/slow` go on. */
  readonly answerSlow: () => void
  /** How many requests for `/slow` have arrived. */
  readonly slow: () => number
}

async function startListener(
  make: () => FastifyInstance = () => fastify(),
  graceMs?: number,
): Promise<World> {
  const app = make()
  const released = Promise.withResolvers<void>()
  let slow = 0
  app.get('/', async (request) => ({ port: request.socket.localPort }))
  app.get('/slow', async () => {
    slow++
    await released.promise
    return { slow: true }
  })
  const listener = await createListener({
    app,
    key: 'server.listen',
    ...(graceMs === undefined ? {} : { graceMs }),
  })
  onTestFinished(async () => {
    released.resolve()
    await listener.close()
  })
  return { listener, app, answerSlow: () => released.resolve(), slow: () => slow }
}

interface Answer {
  readonly status: number | undefined
  readonly connection: string | undefined
  readonly body: unknown
}

async function get(
  port: number,
  path = '/',
  { host = HOST, agent }: { host?: string; agent?: Agent } = {},
): Promise<Answer> {
  const request = httpRequest({ host, port, path, agent: agent ?? false }).end()
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) text += String(chunk)
  return { status: response.statusCode, connection: response.headers.connection, body: JSON.parse(text) }
}

const portOf = (listener: Listener) => Number(new URL(listener.url()).port)

async function openSocket(port: number, host = HOST): Promise<Socket> {
  const socket = connect({ port, host })
  await once(socket, 'connect')
  return socket
}

test('a listener answers through the former address and the new one, until one is kept', async () => {
  const { listener } = await startListener()
  const former = { host: HOST, port: await freePort() }
  await listener.open(former)
  await listener.open({ host: HOST, port: 0 })
  const port = portOf(listener)
  expect(port).not.toBe(former.port)
  expect((await get(former.port)).body).toEqual({ port: former.port })
  expect((await get(port)).body).toEqual({ port })

  await listener.keepOnly(former)
  expect(listener.url()).toBe(`http://${HOST}:${former.port}`)
  await expect(get(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  expect((await get(former.port)).status).toBe(200)
})

test('a request under way at the address that is let go of is answered, and its connection ends with it', async () => {
  const { listener, slow, answerSlow } = await startListener()
  const former = await freePort()
  await listener.open({ host: HOST, port: former })
  const agent = new Agent({ keepAlive: true })
  onTestFinished(() => agent.destroy())
  expect((await get(former, '/', { agent })).connection).toBe('keep-alive')
  const waiting = get(former, '/slow')
  await eventually(() => slow() === 1, { what: 'the slow request' })

  await listener.open({ host: HOST, port: 0 })
  await listener.keepOnly({ host: HOST, port: 0 })
  // The connection that came before goes on, and is told to end; nobody new gets in.
  expect((await get(former, '/', { agent })).connection).toBe('close')
  await expect(get(former)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  answerSlow()
  expect(await waiting).toMatchObject({ status: 200, body: { slow: true } })
  expect((await get(portOf(listener), '/', { agent })).connection).toBe('keep-alive')
})

test('a taken port is named with its owner, and the former address stays open', async () => {
  const squatter = createServer().listen(0, HOST)
  onTestFinished(() => void squatter.close())
  await once(squatter, 'listening')
  const { port } = squatter.address() as AddressInfo
  const { listener } = await startListener()
  const former = { host: HOST, port: await freePort() }
  await listener.open(former)
  await expect(listener.open({ host: HOST, port })).rejects.toMatchObject({
    code: 'port-in-use',
    tried: `listen on ${HOST}, port ${port}`,
    likelyCause: expect.stringContaining('already listens there.') as string,
    fix: expect.stringContaining('server.listen.port') as string,
  })
  expect(listener.url()).toBe(`http://${HOST}:${former.port}`)
  expect((await get(former.port)).status).toBe(200)
})

test('an address that this machine does not have is refused by name', async () => {
  const { listener } = await startListener()
  for (const host of ['192.0.2.1', 'no-such-host.invalid']) {
    await expect(listener.open({ host, port: 0 })).rejects.toMatchObject({
      code: 'port-not-allowed',
      likelyCause: `This machine does not have the address ${host}.`,
    })
  }
})

test('a wildcard takes the place of an address on its port, and gives it back', async () => {
  const { listener } = await startListener()
  const port = await freePort()
  const [narrow, wide] = [
    { host: '127.0.0.2', port },
    { host: '0.0.0.0', port },
  ]
  await listener.open(narrow)
  await expect(get(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  await listener.open(wide)
  expect(listener.url()).toBe(`http://127.0.0.1:${port}`)
  expect((await get(port)).status).toBe(200)
  expect((await get(port, '/', { host: '127.0.0.2' })).status).toBe(200)

  await listener.keepOnly(narrow)
  expect((await get(port, '/', { host: '127.0.0.2' })).status).toBe(200)
  await expect(get(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
})

test('an address within a wildcard on its port counts as open, and is all that is left once it is kept', async () => {
  const { listener } = await startListener()
  const port = await freePort()
  const [wide, narrow] = [
    { host: '::', port },
    { host: '127.0.0.2', port },
  ]
  await listener.open(wide)
  await listener.open(narrow)
  expect(listener.url()).toBe(`http://127.0.0.2:${port}`)
  expect(listener.covers(narrow, { localAddress: '::ffff:127.0.0.2', localPort: port })).toBe(true)
  expect(listener.covers(narrow, { localAddress: '::ffff:127.0.0.1', localPort: port })).toBe(false)
  expect((await get(port)).status).toBe(200)

  await listener.keepOnly(narrow)
  expect((await get(port, '/', { host: '127.0.0.2' })).status).toBe(200)
  await expect(get(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
})

test('a wildcard that somebody else stands in the way of leaves the former address open', async () => {
  const squatter = createServer().listen(0, '127.0.0.3')
  onTestFinished(() => void squatter.close())
  await once(squatter, 'listening')
  const { port } = squatter.address() as AddressInfo
  const { listener } = await startListener()
  await listener.open({ host: HOST, port })
  await expect(listener.open({ host: '0.0.0.0', port })).rejects.toMatchObject({ code: 'port-in-use' })
  expect((await get(port)).status).toBe(200)
})

test('localhost is every address that this machine knows by that name', async () => {
  const { listener } = await startListener()
  await listener.open({ host: 'localhost', port: 0 })
  const port = portOf(listener)
  expect(listener.url()).toBe(`http://localhost:${port}`)
  expect((await get(port, '/', { host: 'localhost' })).status).toBe(200)
})

test('connections know which place they came through', async () => {
  const { listener } = await startListener()
  const [first, second] = [
    { host: HOST, port: 0 },
    { host: '127.0.0.2', port: 0 },
  ]
  await listener.open(first)
  const end = { localAddress: HOST, localPort: portOf(listener) }
  await listener.open(second)
  expect(listener.covers(first, end)).toBe(true)
  expect(listener.covers(second, end)).toBe(false)
  expect(listener.covers({ host: HOST, port: 1 }, end)).toBe(false)
})

test('a client that never finishes its request is answered 408, as at any server', async () => {
  const make = () =>
    fastify({ requestTimeout: 200, http: { headersTimeout: 200, connectionsCheckingInterval: 50 } })
  const { listener } = await startListener(make as () => FastifyInstance)
  await listener.open({ host: HOST, port: 0 })
  const socket = await openSocket(portOf(listener))
  socket.write('GET / HTTP/1.1\r\nHost: x\r\nX-Half')
  let text = ''
  for await (const chunk of socket.setEncoding('utf8')) text += String(chunk)
  expect(text).toContain('408')
})

test('both doors speak TLS with the certificate that is in force', async () => {
  const ca = await createAuthority(await createTempDir('listener'))
  const [old, renewed] = [await ca.issue(['localhost']), await ca.issue(['localhost'])]
  const { listener, app } = await startListener(
    () => fastify({ https: { cert: old.cert, key: old.key } }) as unknown as FastifyInstance,
  )
  const former = { host: HOST, port: await freePort() }
  await listener.open(former)
  await listener.open({ host: HOST, port: 0 })
  expect(listener.url()).toMatch(/^https:/)
  const server = app.server as unknown as TlsServer
  const serials = new Set<string>()
  for (const certificate of [old, renewed]) {
    server.setSecureContext({ cert: certificate.cert, key: certificate.key })
    const seen = []
    for (const port of [former.port, portOf(listener)]) {
      const request = httpsRequest({
        host: HOST,
        port,
        servername: 'localhost',
        ca: ca.caPem,
        agent: false,
      }).end()
      const [response] = (await once(request, 'response')) as [IncomingMessage]
      const { getPeerCertificate } = response.socket as unknown as {
        getPeerCertificate(): { serialNumber: string }
      }
      seen.push(getPeerCertificate.call(response.socket).serialNumber)
      response.resume()
    }
    expect(seen[0]).toBe(seen[1])
    serials.add(seen[0] ?? '')
  }
  expect(serials.size).toBe(2)
})

test('a stop answers what is under way and does not wait for connections without a request', async () => {
  const { listener, slow, answerSlow } = await startListener()
  await listener.open({ host: HOST, port: 0 })
  const port = portOf(listener)
  const agent = new Agent({ keepAlive: true })
  onTestFinished(() => agent.destroy())
  await get(port, '/', { agent })
  const waiting = get(port, '/slow')
  await eventually(() => slow() === 1, { what: 'the slow request' })
  let closed = false
  const closing = listener.close().then(() => (closed = true))
  await expect(get(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  expect(closed).toBe(false)
  answerSlow()
  expect((await waiting).body).toEqual({ slow: true })
  await closing
})

test('a stop cuts off a connection that stays silent beyond the grace time', async () => {
  const { listener } = await startListener(() => fastify(), 100)
  await listener.open({ host: HOST, port: 0 })
  const silent = await openSocket(portOf(listener))
  silent.write('GET /')
  const ended = once(silent, 'close')
  silent.on('error', () => {})
  await listener.close()
  expect(await ended).toBeDefined()
})
