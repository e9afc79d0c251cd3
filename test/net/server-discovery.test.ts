import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createFederationClient } from '../../src/homeserver/federation-client.ts'
import { createServerDiscovery } from '../../src/net/server-discovery.ts'
import { createAuthority, type Authority } from '../support/certificate-authority.ts'
import { startDnsServer, type DnsServer } from '../support/dns-server.ts'
import { freePort } from '../support/free-port.ts'
import { startHttpPeer } from '../support/http-peer.ts'
import { createOutgoing, type Outgoing } from '../support/outgoing.ts'
import { createTempDir } from '../support/temp-dir.ts'

let dns: DnsServer
let authority: Authority
let outgoing: Outgoing

beforeAll(async () => {
  dns = await startDnsServer()
  authority = await createAuthority(await createTempDir('discovery'))
  outgoing = createOutgoing({ dns: dns.address, allowPrivate: ['127.0.0.1'], ca: authority.caPem })
})
afterAll(() => dns.close())

function discovery(delegations: Record<string, string> = {}, pins: Record<string, string> = {}) {
  const wellKnown = {
    async lookup(hostname: string) {
      const delegated = delegations[hostname]
      return delegated === undefined ? null : { delegated }
    },
  }
  return createServerDiscovery({ pins, wellKnown, resolver: outgoing.resolver })
}
const srv = (prefix: string, name: string, target: string, port: number) =>
  dns.answer(`${prefix}._tcp.${name}`, 'SRV', [{ type: 'SRV', target, port }])

describe('server discovery', () => {
  it.each([
    ['1.2.3.4', undefined, 'ip-literal', '1.2.3.4', '1.2.3.4', '1.2.3.4', 8448],
    ['1.2.3.4:99', undefined, 'ip-literal', '1.2.3.4:99', '1.2.3.4', '1.2.3.4', 99],
    ['[2001:db8::1]', undefined, 'ip-literal', '[2001:db8::1]', '2001:db8::1', '2001:db8::1', 8448],
    ['[2001:db8::1]:99', undefined, 'ip-literal', '[2001:db8::1]:99', '2001:db8::1', '2001:db8::1', 99],
    ['a.test:99', 'ignored.test', 'port', 'a.test:99', 'a.test', 'a.test', 99],
    ['a.test', '1.2.3.4', 'well-known', '1.2.3.4', '1.2.3.4', '1.2.3.4', 8448],
    ['a.test', '1.2.3.4:99', 'well-known', '1.2.3.4:99', '1.2.3.4', '1.2.3.4', 99],
    ['a.test', 'd.test:443', 'well-known', 'd.test:443', 'd.test', 'd.test', 443],
    ['a.test', 'fed.test', 'srv-fed', 'fed.test', 'fed.test', 't.test', 11],
    ['a.test', 'old.test', 'srv', 'old.test', 'old.test', 't.test', 12],
    ['a.test', 'd.test', 'default', 'd.test', 'd.test', 'd.test', 8448],
    ['fed.test', undefined, 'srv-fed', 'fed.test', 'fed.test', 't.test', 11],
    ['old.test', undefined, 'srv', 'old.test', 'old.test', 't.test', 12],
    ['none.test', undefined, 'default', 'none.test', 'none.test', 'none.test', 8448],
    ['servfail.test', undefined, 'default', 'servfail.test', 'servfail.test', 'servfail.test', 8448],
  ])('of %s with well-known %s goes by %s', async (name, delegated, via, hostHeader, tlsName, host, port) => {
    srv('_matrix-fed', 'fed.test', 't.test', 11)
    srv('_matrix', 'fed.test', 'wrong.test', 1)
    srv('_matrix', 'old.test', 't.test', 12)
    for (const prefix of ['_matrix-fed', '_matrix'])
      dns.answer(`${prefix}._tcp.servfail.test`, 'SRV', 'SERVFAIL')
    const found = await discovery(delegated === undefined ? {} : { 'a.test': delegated }).resolve(name)
    expect(found).toMatchObject({ via, hostHeader, tlsName, targets: [{ host, port }], trust: 'stranger' })
  })

  it('takes a pin as it is, trusted, without any question', async () => {
    const before = dns.questions.length
    const found = await discovery({}, { 'a.test': 'http://10.0.0.5:8008' }).resolve('a.test')
    const targets = [{ host: '10.0.0.5', port: 8008 }]
    expect(found).toMatchObject({ url: 'http://10.0.0.5:8008', via: 'pin', trust: 'operator', targets })
    expect(dns.questions.length).toBe(before)
  })

  it('takes a single dot for "not here" and does not guess on', async () => {
    srv('_matrix-fed', 'off.test', '.', 0)
    await expect(discovery().resolve('off.test')).rejects.toMatchObject({
      code: 'dns',
      mayHaveArrived: false,
    })
  })

  it.each(['', 'a b', 'a.test:0', 'a.test:70000', 'https://a.test', 'a.test/x', '[::1'])(
    'refuses %j',
    async (name) => {
      await expect(discovery().resolve(name)).rejects.toMatchObject({ code: 'bad-url' })
    },
  )
})

describe('the federation client', () => {
  it('goes on to the next SRV target, with the name of the server in SNI, Host and certificate', async () => {
    const server = await startHttpPeer({ tls: await authority.issue(['big.test']) })
    dns.host('t1.test', '127.0.0.1')
    dns.host('t2.test', '127.0.0.1')
    dns.answer('_matrix-fed._tcp.big.test', 'SRV', [
      { type: 'SRV', target: 't1.test', port: await freePort(), priority: 1 },
      { type: 'SRV', target: 't2.test', port: server.port, priority: 2 },
    ])
    const federation = createFederationClient({ http: outgoing.http, discovery: discovery() })
    const path = '/_matrix/federation/v1/version'
    expect((await federation.request('big.test', { method: 'GET', path })).status).toBe(200)
    expect(server.seen).toMatchObject([{ url: path, sni: 'big.test', headers: { host: 'big.test' } }])
    await server.close()
  })

  it('does not take a certificate of the SRV target for one of the server', async () => {
    const server = await startHttpPeer({ tls: await authority.issue(['t3.test']) })
    dns.host('t3.test', '127.0.0.1')
    srv('_matrix-fed', 'victim.test', 't3.test', server.port)
    const federation = createFederationClient({ http: outgoing.http, discovery: discovery() })
    const request = federation.request('victim.test', { method: 'GET', path: '/' })
    await expect(request).rejects.toMatchObject({ code: 'tls' })
    expect(server.seen).toEqual([])
    await server.close()
  })

  it('sends Host with the port of an explicit-port name', async () => {
    const server = await startHttpPeer({ tls: await authority.issue(['ported.test']) })
    dns.host('ported.test', '127.0.0.1')
    const federation = createFederationClient({ http: outgoing.http, discovery: discovery() })
    await federation.request(`ported.test:${server.port}`, { method: 'POST', path: '/', body: { a: 1 } })
    expect(server.seen).toMatchObject([
      { sni: 'ported.test', body: '{"a":1}', headers: { host: `ported.test:${server.port}` } },
    ])
    await server.close()
  })
})
