import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { Backend } from '../../../src/backends/backend.ts'
import { createAuthority } from '../../support/certificate-authority.ts'
import { freePort } from '../../support/free-port.ts'
import { json, startHttpPeer } from '../../support/http-peer.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { asking, startBackend } from '../support/context.ts'
import { anna, login, type RestInput } from './service.ts'

const toClose: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of toClose.splice(0)) await one.close()
})

async function backendAt(url: string, input: RestInput = {}): Promise<Backend> {
  const backend = await startBackend({ id: 'rest', type: 'rest', url, timeout: '500ms', ...input })
  toClose.push(backend)
  return backend
}

/** A TCP server that does as told with every connection; answers a backend that asks it. */
async function backendOf(onConnection: (socket: Socket) => void, input: RestInput = {}): Promise<Backend> {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    onConnection(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  toClose.push({ close: () => (sockets.forEach((socket) => socket.destroy()), server.close()) })
  return backendAt(`http://127.0.0.1:${(server.address() as { port: number }).port}`, input)
}

const find = (backend: Backend, question = asking()) => backend.findMappings?.([anna], question)
const head = (length: number) =>
  `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`

describe('a service that', () => {
  it('is not there is a failure to connect', async () => {
    const backend = await backendAt(`http://127.0.0.1:${await freePort()}`)
    await expect(find(backend)).rejects.toMatchObject({
      code: 'connect',
      fix: expect.stringContaining('url'),
    })
    await expect(backend.authenticate?.(login('anna'), asking())).rejects.toMatchObject({ code: 'connect' })
  })

  it('has a name that does not exist is a failure of DNS', async () => {
    const backend = await backendAt('http://directory.invalid')
    await expect(find(backend)).rejects.toMatchObject({ code: 'dns' })
  })

  it('accepts and says nothing runs into the timeout', async () => {
    const backend = await backendOf(() => {})
    await expect(find(backend)).rejects.toMatchObject({
      code: 'timeout',
      fix: expect.stringContaining('timeout'),
    })
  })

  it('stops after the headers runs into the timeout', async () => {
    const backend = await backendOf((socket) => socket.write(head(100)))
    await expect(find(backend)).rejects.toMatchObject({ code: 'timeout' })
  })

  it('drips runs into the timeout', async () => {
    const backend = await backendOf((socket) => {
      socket.write(head(100_000))
      const drip = setInterval(() => socket.write(' '), 20)
      socket.on('close', () => clearInterval(drip))
    })
    await expect(find(backend)).rejects.toMatchObject({ code: 'timeout' })
  })

  it('resets the connection is a failure to connect', async () => {
    const backend = await backendOf((socket) => socket.once('data', () => socket.resetAndDestroy()))
    await expect(find(backend)).rejects.toMatchObject({ code: 'connect' })
  })

  it('breaks off in the middle is a failure to connect', async () => {
    const backend = await backendOf((socket) =>
      socket.once('data', () => socket.end(`${head(100)}{"lookup"`)),
    )
    await expect(find(backend)).rejects.toMatchObject({ code: 'connect' })
  })

  it('speaks something else is a failure to connect', async () => {
    const backend = await backendOf((socket) => socket.end('220 smtp.example.org ESMTP\r\n'))
    await expect(find(backend)).rejects.toMatchObject({ code: 'connect' })
  })

  it('answers with 10 MB is not read to the end', async () => {
    let sent = 0
    const backend = await backendOf(
      (socket) => {
        socket.write(head(10_000_000))
        const send = () => {
          if (sent < 10_000_000 && !socket.destroyed) {
            sent += 100_000
            socket.write(Buffer.alloc(100_000, 32), send)
          }
        }
        socket.once('data', send)
      },
      { timeout: '10s' },
    )
    await expect(find(backend)).rejects.toMatchObject({ code: 'protocol' })
    expect(sent).toBeLessThan(10_000_000)
  })
})

describe('a question', () => {
  it('ends when whoever asked gives up, although the service hangs', async () => {
    const giveUp = new AbortController()
    const backend = await backendOf((socket) => socket.once('data', () => giveUp.abort()), { timeout: '10m' })
    const asked = find(backend, { signal: giveUp.signal, requester: null })
    await expect(asked).rejects.toMatchObject({ code: 'timeout' })
  })

  it('ends when the backend is closed, although the service hangs', async () => {
    let closing: Promise<void> | undefined
    const backend: Backend = await backendOf(
      (socket) => socket.once('data', () => void (closing = backend.close())),
      { timeout: '10m' },
    )
    await expect(find(backend)).rejects.toMatchObject({ code: 'closed' })
    await closing
  })

  it('among many fails as a whole when one does, and asks for no more', async () => {
    const peer = await startHttpPeer({ handler: json(500, {}) })
    toClose.push(peer)
    const backend = await backendAt(`http://127.0.0.1:${peer.port}`, {
      endpoints: { identity: { bulk: '' } },
    })
    const addresses = Array.from(
      { length: 200 },
      (_, i) => ({ medium: 'email', address: `p${i}@a.example` }) as const,
    )
    await expect(backend.findMappings?.(addresses, asking())).rejects.toMatchObject({ code: 'protocol' })
    expect(peer.seen.length).toBeLessThan(30)
  })

  it('is answered again once the service is back', async () => {
    const port = await freePort()
    const backend = await backendAt(`http://127.0.0.1:${port}`)
    await expect(find(backend)).rejects.toMatchObject({ code: 'connect' })
    const lookup = { ...anna, id: { type: 'localpart', value: 'anna' } }
    toClose.push(await startHttpPeer({ port, handler: json(200, { lookup }) }))
    expect(await find(backend)).toHaveLength(1)
  })
})

describe('a service with TLS', () => {
  it('of an authority of its own needs caFile, and a file that is missing is named', async () => {
    const folder = await createTempDir('rest-tls')
    const authority = await createAuthority(folder)
    const peer = await startHttpPeer({ tls: await authority.issue(['127.0.0.1']), handler: json(200, {}) })
    toClose.push(peer)
    const url = `https://127.0.0.1:${peer.port}`
    const caFile = join(folder, 'own-authority.pem')

    const unknown = await backendAt(url, { timeout: '5s' })
    await expect(find(unknown)).rejects.toMatchObject({ code: 'tls', fix: expect.stringContaining('caFile') })

    const known = await backendAt(url, { caFile, timeout: '5s' })
    await expect(find(known)).rejects.toMatchObject({ code: 'configuration' })
    await writeFile(caFile, authority.caPem)
    expect(await find(known)).toEqual([])
  })
})

describe('a secret that cannot stand in a header', () => {
  it('is a failure of the configuration, and is not quoted', async () => {
    const peer = await startHttpPeer()
    toClose.push(peer)
    const backend = await backendAt(`http://127.0.0.1:${peer.port}`, {
      headers: { Authorization: 'Bearer hush\r\nX-Admin: 1' },
    })
    const failure: unknown = await find(backend)?.catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'configuration' })
    expect(String(failure)).not.toContain('hush')
    expect(peer.connections).toBe(0)
  })
})
