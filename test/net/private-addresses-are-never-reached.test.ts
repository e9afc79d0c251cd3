import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { HttpClient, HttpRequest } from '../../src/net/http-client.ts'
import { createServerDiscovery } from '../../src/net/server-discovery.ts'
import { createFederationClient } from '../../src/homeserver/federation-client.ts'
import { createWellKnown } from '../../src/net/well-known.ts'
import { startDnsServer, type DnsServer } from '../support/dns-server.ts'
import { json, startHttpPeer, type HttpPeer } from '../support/http-peer.ts'
import { createOutgoing, manualClock, random } from '../support/outgoing.ts'

/** 127.0.0.1 plays the public internet (it is allowed); 127.0.0.2 is the inside that strangers try to reach. */
let dns: DnsServer
let outside: HttpPeer
let inside: HttpPeer
let viaDns: HttpClient
let viaSystem: HttpClient
let resolver: ReturnType<typeof createOutgoing>['resolver']
let before: number

beforeAll(async () => {
  dns = await startDnsServer()
  outside = await startHttpPeer()
  inside = await startHttpPeer({ address: '127.0.0.2' })
  ;({ http: viaDns, resolver } = createOutgoing({
    dns: dns.address,
    allowPrivate: ['127.0.0.1'],
    timeoutMs: 2_000,
  }))
  viaSystem = createOutgoing({ allowPrivate: [], timeoutMs: 2_000 }).http
})
afterAll(() => Promise.all([dns.close(), outside.close(), inside.close()]))

beforeEach(() => {
  before = inside.connections
  outside.handle(json(200, {}))
})

const withPort = (text: string) => text.replaceAll('PORT', String(inside.port))
const ask = (url: string, more: Partial<HttpRequest> = {}) =>
  viaDns.request({ url: withPort(url), trust: 'stranger', ...more })

describe('the inside server', () => {
  it('is there to be reached: an operator reaches it', async () => {
    expect((await ask('http://127.0.0.2:PORT/', { trust: 'operator' })).status).toBe(200)
    expect(inside.connections).toBe(before + 1)
  })
})

describe('a stranger', () => {
  afterEach(() => expect(inside.connections).toBe(before))

  describe('gets nowhere with a URL that names a private address', () => {
    it.each([
      ['plainly', 'http://127.0.0.2:PORT/'],
      ['as one decimal number', 'http://2130706434:PORT/'],
      ['as one octal number', 'http://017700000002:PORT/'],
      ['as one hexadecimal number', 'http://0x7f000002:PORT/'],
      ['with octal parts', 'http://0177.0.0.02:PORT/'],
      ['with hexadecimal parts', 'http://0x7f.0x0.0x0.0x2:PORT/'],
      ['with mixed parts', 'http://0x7f.0.02:PORT/'],
      ['in two parts', 'http://127.2:PORT/'],
      ['in three parts', 'http://127.0.2:PORT/'],
      ['with padding zeros', 'http://0000177.0.0.2:PORT/'],
      ['with a trailing dot', 'http://127.0.0.2.:PORT/'],
      ['in full-width digits', 'http://１２７.０.０.２:PORT/'],
      ['in circled digits', 'http://①②⑦.⓪.⓪.②:PORT/'],
      ['with ideographic full stops', 'http://127。0。0。2:PORT/'],
      ['percent-encoded', 'http://%31%32%37.0.0.2:PORT/'],
      ['with line breaks inside', 'http://127.\n0.0.\t2:PORT/'],
      ['without slashes', 'http:127.0.0.2:PORT/'],
      ['with backslashes', 'http:\\\\127.0.0.2:PORT\\@public.test/'],
      ['as 0.0.0.0', 'http://0.0.0.0:PORT/'],
      ['as 0', 'http://0:PORT/'],
      ['as IPv6 unspecified', 'http://[::]:PORT/'],
      ['as IPv6 loopback', 'http://[::1]:PORT/'],
      ['as IPv4-mapped IPv6', 'http://[::ffff:127.0.0.2]:PORT/'],
      ['as IPv4-mapped IPv6 in hexadecimal', 'http://[::ffff:7f00:2]:PORT/'],
      ['as IPv4-mapped IPv6 written out', 'http://[0:0:0:0:0:FFFF:7F00:0002]:PORT/'],
      ['as IPv4-compatible IPv6', 'http://[::127.0.0.2]:PORT/'],
      ['as IPv4-translated IPv6', 'http://[::ffff:0:127.0.0.2]:PORT/'],
      ['as NAT64', 'http://[64:ff9b::127.0.0.2]:PORT/'],
      ['as local-use NAT64', 'http://[64:ff9b:1::127.0.0.2]:PORT/'],
      ['as 6to4', 'http://[2002:7f00:2::1]:PORT/'],
      ['as Teredo', 'http://[2001:0:7f00:2:0:0:80ff:fffd]:PORT/'],
      ['link-local', 'http://[fe80::1]:PORT/'],
      ['unique local', 'http://[fd00::1]:PORT/'],
      ['of the metadata service', 'http://169.254.169.254/latest/meta-data/'],
      ['of the metadata service in decimal', 'http://2852039166/latest/meta-data/'],
      ['of the metadata service over IPv6', 'http://[fd00:ec2::254]/latest/meta-data/'],
      ['of the metadata service, mapped', 'http://[::ffff:a9fe:a9fe]/'],
      ['of Azure', 'http://168.63.129.16/'],
      ['of Alibaba', 'http://100.100.100.200/'],
      ['of a home router', 'https://192.168.0.1/'],
      ['of broadcast', 'http://255.255.255.255/'],
      ['of multicast', 'http://[ff02::1]/'],
    ])('%s', async (_how, url) => {
      await expect(ask(url)).rejects.toMatchObject({ code: 'refused-address', mayHaveArrived: false })
    })
  })

  describe('gets nowhere with a URL', () => {
    it.each([
      ['that hides the host behind user information', 'http://public.test@127.0.0.2:PORT/'],
      ['that carries a password', 'http://public.test:80@127.0.0.2:PORT/'],
      ['of a file', 'file:///etc/passwd'],
      ['of gopher', 'gopher://127.0.0.2:PORT/_GET'],
      ['of data', 'data:application/json,{}'],
      ['without a scheme', '//127.0.0.2:PORT/'],
      ['with a port that is none', 'http://127.0.0.2:99999/'],
      ['with a number too large for an address', 'http://4294967298:PORT/'],
    ])('%s', async (_how, url) => {
      await expect(ask(url)).rejects.toMatchObject({ code: 'bad-url', mayHaveArrived: false })
    })

    it.each(['localhost', 'LOCALHOST'])('of %s, as the operating system resolves it', async (name) => {
      const request = viaSystem.request({ url: withPort(`http://${name}:PORT/`), trust: 'stranger' })
      await expect(request).rejects.toMatchObject({ code: 'refused-address' })
    })

    it('whose target is a number that getaddrinfo takes for an address', async () => {
      for (const host of ['2130706434', '0x7f000002', '127.2', '0177.0.0.2']) {
        const targets = [{ host, port: inside.port }]
        const request = viaSystem.request({ url: 'http://public.test/', trust: 'stranger', targets })
        await expect(request).rejects.toMatchObject({ code: 'refused-address' })
      }
    })
  })

  describe('gets nowhere with a name', () => {
    it.each([
      ['of a private address', ['127.0.0.2']],
      ['of a public and a private address', ['127.0.0.1', '127.0.0.2']],
      ['of a public IPv4 and a private IPv6 address', ['127.0.0.1', 'fd00::1']],
      ['of IPv6 loopback', ['::1']],
      ['of an IPv4-mapped address', ['::ffff:7f00:2']],
      ['of a NAT64 address', ['64:ff9b::7f00:2']],
      ['of a 6to4 address', ['2002:7f00:2::']],
      ['of the metadata service', ['169.254.169.254']],
      ['of 0.0.0.0', ['0.0.0.0']],
    ])('%s', async (_how, addresses) => {
      const name = `n${addresses.join('-').replaceAll(/[.:]/g, 'x')}.test`
      dns.host(name, ...addresses)
      await expect(ask(`http://${name}:PORT/`)).rejects.toMatchObject({ code: 'refused-address' })
      await expect(ask(`http://${name}.:PORT/`)).rejects.toMatchObject({ code: 'refused-address' })
    })

    it('that is an alias of a private one', async () => {
      dns.answer('alias.test', 'CNAME', [{ type: 'CNAME', target: 'inner.test' }])
      dns.host('inner.test', '127.0.0.2')
      await expect(ask('http://alias.test:PORT/')).rejects.toMatchObject({ code: 'refused-address' })
    })

    it('that changes its address between check and connection', async () => {
      dns.answer(
        'rebind.test',
        'A',
        [{ type: 'A', address: '127.0.0.1' }],
        [{ type: 'A', address: '127.0.0.2' }],
      )
      // Nobody listens on the inside server's port at 127.0.0.1: a second resolution would show as a connection inside.
      await expect(ask('http://rebind.test:PORT/')).rejects.toMatchObject({ code: 'connect' })
      expect(dns.questions.filter((question) => question === 'A rebind.test')).toHaveLength(1)
      await expect(ask('http://rebind.test:PORT/')).rejects.toMatchObject({ code: 'refused-address' })
    })
  })

  describe('gets nowhere with a redirect', () => {
    it.each([
      ['to a private address', 'http://127.0.0.2:PORT/', 'refused-address'],
      ['to a decimal address', 'http://2130706434:PORT/', 'refused-address'],
      ['to a mapped address', 'http://[::ffff:127.0.0.2]:PORT/', 'refused-address'],
      ['without a scheme', '//127.0.0.2:PORT/', 'refused-address'],
      ['to a private name', 'http://inner-redirect.test:PORT/', 'refused-address'],
      ['to the metadata service', 'http://169.254.169.254/latest/', 'refused-address'],
      ['with user information', 'http://public.test@127.0.0.2:PORT/', 'bad-url'],
      ['to a file', 'file:///etc/passwd', 'bad-url'],
    ])('%s', async (_how, location, code) => {
      dns.host('inner-redirect.test', '127.0.0.2')
      outside.handle(
        (_request, response) => void response.writeHead(302, { location: withPort(location) }).end(),
      )
      const request = ask(`http://127.0.0.1:${outside.port}/`, { redirects: 5 })
      await expect(request).rejects.toMatchObject({ code })
    })

    it('at the second hop', async () => {
      outside.handle((request, response) => {
        const location = request.url === '/' ? '/second' : withPort('http://127.0.0.2:PORT/')
        response.writeHead(302, { location }).end()
      })
      const request = ask(`http://127.0.0.1:${outside.port}/`, { redirects: 5 })
      await expect(request).rejects.toMatchObject({ code: 'refused-address' })
    })

    it("from the operator's own URL", async () => {
      outside.handle((_request, response) => {
        response.writeHead(302, { location: withPort('http://127.0.0.2:PORT/') }).end()
      })
      const request = ask(`http://127.0.0.1:${outside.port}/`, { redirects: 5, trust: 'operator' })
      await expect(request).rejects.toMatchObject({ code: 'refused-address' })
    })
  })

  describe('gets nowhere with a server name', () => {
    const federation = (delegated?: string) => {
      const wellKnown =
        delegated === undefined
          ? createWellKnown({ http: viaDns, clock: manualClock(), random })
          : { lookup: async () => ({ delegated: withPort(delegated) }) }
      return createFederationClient({
        http: viaDns,
        discovery: createServerDiscovery({ pins: {}, wellKnown, resolver }),
      })
    }
    const version = { method: 'GET', path: '/_matrix/federation/v1/version' } as const

    it.each([
      ['that is a private address', '127.0.0.2:PORT', 'refused-address'],
      ['that is a private address without port', '127.0.0.2', 'refused-address'],
      ['that is a mapped address', '[::ffff:127.0.0.2]:PORT', 'refused-address'],
      ['that is IPv6 loopback', '[::1]:PORT', 'refused-address'],
      ['that is a private name', 'private-server.test:PORT', 'refused-address'],
      ['that has an SRV record to a private name', 'srv-inside.test', 'refused-address'],
      ['that has an SRV record to an IP address', 'srv-ip.test', 'refused-address'],
      ['with a trailing dot', '127.0.0.2.:PORT', 'bad-url'],
      ['with user information', 'public.test@127.0.0.2:PORT', 'bad-url'],
      ['with a path', '127.0.0.2:PORT/x', 'bad-url'],
      ['with a fragment', '127.0.0.2:PORT#.public.test', 'bad-url'],
      ['with a line break', 'public.test\r\nHost: inner', 'bad-url'],
      ['with two ports', '127.0.0.2:PORT:80', 'bad-url'],
    ])('%s', async (_how, name, code) => {
      dns.host('private-server.test', '127.0.0.2')
      dns.host('inner-srv.test', '127.0.0.2')
      dns.answer('_matrix-fed._tcp.srv-inside.test', 'SRV', [
        { type: 'SRV', target: 'inner-srv.test', port: inside.port },
      ])
      dns.answer('_matrix-fed._tcp.srv-ip.test', 'SRV', [
        { type: 'SRV', target: '127.0.0.2', port: inside.port },
      ])
      await expect(federation().request(withPort(name), version)).rejects.toMatchObject({ code })
    })

    it.each(['127.0.0.2:PORT', '[::ffff:7f00:2]:PORT', 'private-server.test:PORT', '127.0.0.2'])(
      'that delegates to %s',
      async (delegated) => {
        dns.host('private-server.test', '127.0.0.2')
        const request = federation(delegated).request('public.test', version)
        await expect(request).rejects.toMatchObject({ code: 'refused-address' })
      },
    )
  })
})
