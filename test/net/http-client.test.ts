import { createServer, type Server } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { HttpClient, HttpRequest } from '../../src/net/http-client.ts'
import { createAuthority, type Authority } from '../support/certificate-authority.ts'
import { startDnsServer, type DnsServer } from '../support/dns-server.ts'
import { freePort } from '../support/free-port.ts'
import {
  json,
  startHttpPeer,
  type Handler,
  type HttpPeer,
  type HttpPeerOptions,
} from '../support/http-peer.ts'
import { createOutgoing } from '../support/outgoing.ts'
import { createTempDir } from '../support/temp-dir.ts'

let dns: DnsServer
let authority: Authority
let http: HttpClient
const peers: HttpPeer[] = []
const servers: Server[] = []

beforeAll(async () => {
  dns = await startDnsServer()
  authority = await createAuthority(await createTempDir('http-client'))
  http = createOutgoing({ dns: dns.address, allowPrivate: ['127.0.0.0/8'], ca: authority.caPem }).http
})
afterEach(async () => {
  await Promise.all(peers.splice(0).map((peer) => peer.close()))
  for (const server of servers.splice(0)) server.close()
})
afterAll(() => dns.close())

async function peer(handler?: Handler, options: HttpPeerOptions = {}): Promise<HttpPeer> {
  const started = await startHttpPeer({ ...(handler === undefined ? {} : { handler }), ...options })
  peers.push(started)
  return started
}

async function tlsPeer(names: readonly string[], handler?: Handler): Promise<HttpPeer> {
  return peer(handler, { tls: await authority.issue(names) })
}

/** A TCP server that does as told with every connection. */
async function rawServer(onConnection: Parameters<typeof createServer>[1]): Promise<number> {
  const server = createServer(onConnection)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as { port: number }).port
}

const ask = (url: string, more: Partial<HttpRequest> = {}) =>
  http.request({ url, trust: 'stranger', ...more })

describe('a request', () => {
  it('brings status, headers and body', async () => {
    const { port } = await peer(json(418, { tea: 'ready' }, { 'X-Pot': 'brown' }))
    const response = await ask(`http://127.0.0.1:${port}/pot`)
    expect(response.status).toBe(418)
    expect(response.headers['x-pot']).toBe('brown')
    expect(response.json()).toEqual({ tea: 'ready' })
  })

  it('carries method, query, headers and body', async () => {
    const server = await peer()
    await ask(`http://127.0.0.1:${server.port}/a?b=c%20d`, {
      method: 'PUT',
      body: '{"ä":1}',
      headers: { 'content-type': 'application/json' },
    })
    expect(server.seen).toMatchObject([
      { method: 'PUT', url: '/a?b=c%20d', body: '{"ä":1}', headers: { 'content-type': 'application/json' } },
    ])
  })

  it('refuses to read an answer that is not JSON as JSON', async () => {
    const { port } = await peer((_request, response) => void response.end('<html>'))
    const response = await ask(`http://127.0.0.1:${port}/`)
    expect(() => response.json()).toThrow(expect.objectContaining({ code: 'bad-json' }))
  })

  it('ignores proxies named in the environment', async () => {
    const proxy = await peer()
    const server = await peer(json(200, { direct: true }))
    const names = ['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY']
    for (const name of names) process.env[name] = `http://127.0.0.1:${proxy.port}`
    try {
      expect((await ask(`http://127.0.0.1:${server.port}/`)).json()).toEqual({ direct: true })
      expect(proxy.connections).toBe(0)
    } finally {
      for (const name of names) delete process.env[name]
    }
  })
})

describe('a connection', () => {
  it('sends the name in SNI and in Host, and checks the certificate of a private authority', async () => {
    dns.host('named.test', '127.0.0.1')
    const server = await tlsPeer(['named.test'])
    await ask(`https://named.test:${server.port}/`)
    expect(server.seen).toMatchObject([{ sni: 'named.test', headers: { host: `named.test:${server.port}` } }])
  })

  it('goes to the target while SNI and Host stay those of the URL', async () => {
    const server = await tlsPeer(['named.test'])
    const targets = [{ host: '127.0.0.1', port: server.port }]
    await ask('https://named.test/', { targets, hostHeader: 'named.test' })
    expect(server.seen).toMatchObject([{ sni: 'named.test', headers: { host: 'named.test' } }])
  })

  it('to an IP address sends no SNI and checks the address in the certificate', async () => {
    const server = await tlsPeer(['127.0.0.1'])
    await ask(`https://127.0.0.1:${server.port}/`)
    expect(server.seen).toMatchObject([{ sni: false }])
  })

  it('fails when the certificate is for another name', async () => {
    dns.host('other.test', '127.0.0.1')
    const server = await tlsPeer(['named.test'])
    const failure = { code: 'tls', mayHaveArrived: false }
    await expect(ask(`https://other.test:${server.port}/`)).rejects.toMatchObject(failure)
    await expect(ask(`https://127.0.0.1:${server.port}/`)).rejects.toMatchObject(failure)
    expect(server.seen).toEqual([])
  })

  it('fails when the authority is not trusted', async () => {
    dns.host('named.test', '127.0.0.1')
    const server = await tlsPeer(['named.test'])
    const strict = createOutgoing({ dns: dns.address, allowPrivate: ['127.0.0.1'] }).http
    const request = strict.request({ url: `https://named.test:${server.port}/`, trust: 'stranger' })
    await expect(request).rejects.toMatchObject({ code: 'tls', mayHaveArrived: false })
    expect(server.seen).toEqual([])
  })

  it('is tried at the next address when the first does not answer', async () => {
    const server = await peer(undefined, { address: '127.0.0.3' })
    dns.host('two.test', '127.0.0.2', '127.0.0.3')
    expect((await ask(`http://two.test:${server.port}/`)).status).toBe(200)
  })

  it('is tried at the next target when the first does not connect or does not resolve', async () => {
    const server = await peer()
    const targets = [
      { host: '127.0.0.1', port: await freePort() },
      { host: 'nowhere.test', port: 1 },
      { host: '127.0.0.1', port: server.port },
    ]
    expect((await ask('http://any.test/', { targets })).status).toBe(200)
  })

  it('is not tried elsewhere once the request was sent', async () => {
    const port = await rawServer((socket) => socket.once('data', () => socket.destroy()))
    const second = await peer()
    const targets = [port, second.port].map((number) => ({ host: '127.0.0.1', port: number }))
    await expect(ask('http://any.test/', { targets })).rejects.toMatchObject({ code: 'reset' })
    expect(second.connections).toBe(0)
  })
})

describe('a failure says whether the request may have arrived', () => {
  it('no, when the name does not exist', async () => {
    const failure = { name: 'HttpFailure', code: 'dns', mayHaveArrived: false }
    await expect(ask('http://missing.test/')).rejects.toMatchObject(failure)
  })

  it('no, when DNS fails', async () => {
    dns.answer('broken.test', 'A', 'SERVFAIL')
    dns.answer('broken.test', 'AAAA', 'SERVFAIL')
    await expect(ask('http://broken.test/')).rejects.toMatchObject({ code: 'dns', mayHaveArrived: false })
  })

  it('no, when DNS keeps silent', async () => {
    dns.answer('silent.test', 'A', 'silence')
    dns.answer('silent.test', 'AAAA', 'silence')
    const failure = { code: 'timeout', mayHaveArrived: false }
    await expect(ask('http://silent.test/', { timeoutMs: 200 })).rejects.toMatchObject(failure)
  })

  it('no, when the connection is refused', async () => {
    const failure = { code: 'connect', mayHaveArrived: false }
    await expect(ask(`http://127.0.0.1:${await freePort()}/`)).rejects.toMatchObject(failure)
  })

  it('no, when the peer never finishes the TLS handshake', async () => {
    const port = await rawServer(() => undefined)
    const failure = { code: 'timeout', mayHaveArrived: false }
    await expect(ask(`https://127.0.0.1:${port}/`, { timeoutMs: 300 })).rejects.toMatchObject(failure)
  })

  it('no, when the peer does not speak TLS', async () => {
    const { port } = await peer()
    await expect(ask(`https://127.0.0.1:${port}/`)).rejects.toMatchObject({
      code: 'tls',
      mayHaveArrived: false,
    })
  })

  it('yes, when the peer resets the connection after the request', async () => {
    const port = await rawServer((socket) => socket.once('data', () => socket.resetAndDestroy()))
    const failure = { code: 'reset', mayHaveArrived: true }
    await expect(ask(`http://127.0.0.1:${port}/`)).rejects.toMatchObject(failure)
  })

  it('yes, when no answer comes in time', async () => {
    const { port } = await peer(() => undefined)
    const failure = { code: 'timeout', mayHaveArrived: true }
    await expect(ask(`http://127.0.0.1:${port}/`, { timeoutMs: 300 })).rejects.toMatchObject(failure)
  })

  it('yes, when whoever asked gives up after the request was sent', async () => {
    const giveUp = new AbortController()
    const { port } = await peer(() => giveUp.abort())
    const failure = { code: 'timeout', mayHaveArrived: true }
    const asked = ask(`http://127.0.0.1:${port}/`, { signal: giveUp.signal })
    await expect(asked).rejects.toMatchObject(failure)
  })

  it('yes, when the body drips for longer than the limit', async () => {
    const { port } = await peer((_request, response) => {
      const drip = setInterval(() => response.write(' '), 20)
      response.on('close', () => clearInterval(drip))
    })
    const failure = { code: 'timeout', mayHaveArrived: true }
    await expect(ask(`http://127.0.0.1:${port}/`, { timeoutMs: 300 })).rejects.toMatchObject(failure)
  })

  it('yes, when the body breaks off', async () => {
    const port = await rawServer((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf')),
    )
    await expect(ask(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({
      code: 'reset',
      mayHaveArrived: true,
    })
  })

  it('yes, when the answer is no HTTP', async () => {
    const port = await rawServer((socket) => socket.once('data', () => socket.end('SSH-2.0-OpenSSH\r\n')))
    await expect(ask(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({
      code: 'reset',
      mayHaveArrived: true,
    })
  })
})

describe('the size limit', () => {
  it('admits a body of exactly that length and no byte more', async () => {
    const { port } = await peer(
      (request, response) => void response.end('x'.repeat(Number(request.url.slice(1)))),
    )
    expect((await ask(`http://127.0.0.1:${port}/1000`, { maxBytes: 1000 })).body.length).toBe(1000)
    const failure = { code: 'too-large', mayHaveArrived: true }
    await expect(ask(`http://127.0.0.1:${port}/1001`, { maxBytes: 1000 })).rejects.toMatchObject(failure)
  })

  it('is 64 KiB by default and ends an endless body', async () => {
    let sent = 0
    const { port } = await peer((_request, response) => {
      const chunk = Buffer.alloc(16 * 1024)
      const more = () => {
        while (!response.destroyed && response.write(chunk)) sent += chunk.length
      }
      response.on('drain', more)
      more()
    })
    await expect(ask(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({ code: 'too-large' })
    expect(sent).toBeLessThan(64 * 1024 * 1024)
  })

  it('does not unpack a compressed body', async () => {
    const server = await peer((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('not really gzip')
    })
    expect((await ask(`http://127.0.0.1:${server.port}/`)).body.toString()).toBe('not really gzip')
    expect(server.seen[0]?.headers['accept-encoding']).toBeUndefined()
  })

  it('covers the headers', async () => {
    const { port } = await peer(
      (_request, response) => void response.writeHead(200, { big: 'x'.repeat(40_000) }).end(),
    )
    await expect(ask(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({ code: 'too-large' })
  })
})

describe('a redirect', () => {
  const to =
    (location: string, status = 302): Handler =>
    (_request, response) =>
      void response.writeHead(status, { location }).end()

  it('is an answer like any other unless the request follows redirects', async () => {
    const { port } = await peer(to('/elsewhere'))
    expect((await ask(`http://127.0.0.1:${port}/`)).status).toBe(302)
  })

  it('is not followed for POST', async () => {
    const { port } = await peer(to('/elsewhere'))
    expect(
      (await ask(`http://127.0.0.1:${port}/`, { method: 'POST', redirects: 5, body: '{}' })).status,
    ).toBe(302)
  })

  it('is followed within the origin with all headers', async () => {
    const server = await peer((request, response) =>
      request.url === '/' ? to('next?x=1', 308)(request, response) : json(200, {})(request, response),
    )
    await ask(`http://127.0.0.1:${server.port}/`, {
      redirects: 1,
      headers: { authorization: 'Bearer secret' },
    })
    expect(server.seen[1]).toMatchObject({ url: '/next?x=1', headers: { authorization: 'Bearer secret' } })
  })

  it('to another origin drops credentials, whatever header they are in', async () => {
    const second = await peer()
    const first = await peer(to(`http://127.0.0.1:${second.port}/landed`))
    await ask(`http://127.0.0.1:${first.port}/?access_token=secret`, {
      redirects: 1,
      headers: { authorization: 'Bearer secret', cookie: 'a=secret', 'x-api-key': 'secret' },
    })
    expect(first.seen[0]?.headers['x-api-key']).toBe('secret')
    expect(second.seen).toHaveLength(1)
    expect(JSON.stringify(second.seen)).not.toContain('secret')
  })

  it('loop ends at the limit', async () => {
    const server = await peer(to('/again'))
    const failure = { code: 'redirect' }
    await expect(ask(`http://127.0.0.1:${server.port}/`, { redirects: 3 })).rejects.toMatchObject(failure)
    expect(server.seen).toHaveLength(4)
  })

  it('without Location is a failure', async () => {
    const { port } = await peer((_request, response) => void response.writeHead(302).end())
    await expect(ask(`http://127.0.0.1:${port}/`, { redirects: 3 })).rejects.toMatchObject({
      code: 'redirect',
    })
  })

  it('away from https is a failure', async () => {
    dns.host('named.test', '127.0.0.1')
    const plain = await peer()
    const server = await tlsPeer(['named.test'], to(`http://127.0.0.1:${plain.port}/`))
    const request = ask(`https://named.test:${server.port}/`, { redirects: 3 })
    await expect(request).rejects.toMatchObject({ code: 'redirect' })
    expect(plain.connections).toBe(0)
  })
})

describe('closing the client', () => {
  it('ends the requests under way', async () => {
    const { port } = await peer(() => void closable.close())
    const closable = createOutgoing({ allowPrivate: ['127.0.0.1'] }).http
    const request = closable.request({ url: `http://127.0.0.1:${port}/`, trust: 'stranger' })
    await expect(request).rejects.toMatchObject({ name: 'HttpFailure' })
  })
})

describe('draining the client', () => {
  it('waits for the requests under way, however they end, and leaves them alone', async () => {
    const asked = Promise.withResolvers<() => void>()
    const { port } = await peer((_request, response) => asked.resolve(() => void response.end('here')))
    const { http } = createOutgoing({ allowPrivate: ['127.0.0.1'] })
    const url = `http://127.0.0.1:${port}/`
    const answered = http.request({ url, trust: 'stranger' })
    const failed = http.request({ url: 'http://127.0.0.1:1/', trust: 'stranger' }).catch(() => 'failed')
    let drained = false
    const draining = http.drain().then(() => (drained = true))
    const answer = await asked.promise
    expect(await failed).toBe('failed')
    expect(drained).toBe(false)
    answer()
    await draining
    expect((await answered).body.toString()).toBe('here')
  })
})
