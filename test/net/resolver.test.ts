import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createResolver, saysNotAvailable, type Resolver } from '../../src/net/resolver.ts'
import { orderSrv } from '../../src/net/srv-record.ts'
import { startDnsServer, type DnsServer } from '../support/dns-server.ts'
import { constantRandom, random } from '../support/outgoing.ts'

let dns: DnsServer
let resolver: Resolver

beforeAll(async () => {
  dns = await startDnsServer()
  resolver = createResolver({ servers: [dns.address], timeoutMs: 600, random })
})
afterAll(() => dns.close())

describe('addresses from the configured DNS server', () => {
  it('come in both families, IPv4 first', async () => {
    dns.host('both.test', '2001:db8::5', '192.0.2.5', '192.0.2.6')
    expect(await resolver.addresses('both.test')).toEqual(['192.0.2.5', '192.0.2.6', '2001:db8::5'])
  })

  it('are found behind a CNAME', async () => {
    dns.answer('alias.test', 'CNAME', [{ type: 'CNAME', target: 'real.test' }])
    dns.host('real.test', '192.0.2.7')
    expect(await resolver.addresses('alias.test')).toEqual(['192.0.2.7'])
  })

  it('are none for a name that does not exist', async () => {
    expect(await resolver.addresses('nowhere.test')).toEqual([])
  })

  it('are none for a name that has other records only', async () => {
    dns.answer('mail-only.test', 'SRV', [])
    expect(await resolver.addresses('mail-only.test')).toEqual([])
  })

  it('are those of one family when the other is broken', async () => {
    dns.host('half.test', '192.0.2.8')
    dns.answer('half.test', 'AAAA', 'SERVFAIL')
    expect(await resolver.addresses('half.test')).toEqual(['192.0.2.8'])
  })

  it('of an IPv6-only name are found', async () => {
    dns.host('six.test', '2001:db8::6')
    expect(await resolver.addresses('six.test')).toEqual(['2001:db8::6'])
  })

  it('are an error when the server fails', async () => {
    dns.answer('broken.test', 'A', 'SERVFAIL')
    dns.answer('broken.test', 'AAAA', 'SERVFAIL')
    await expect(resolver.addresses('broken.test')).rejects.toMatchObject({
      name: 'DnsFailure',
      code: 'ESERVFAIL',
    })
  })

  it('are an error when the server keeps silent', async () => {
    dns.answer('silent.test', 'A', 'silence')
    dns.answer('silent.test', 'AAAA', 'silence')
    await expect(resolver.addresses('silent.test')).rejects.toMatchObject({
      name: 'DnsFailure',
      code: 'ETIMEOUT',
    })
  })

  it('of an IP literal are itself, without a question', async () => {
    const before = dns.questions.length
    expect(await resolver.addresses('192.0.2.9')).toEqual(['192.0.2.9'])
    expect(await resolver.addresses('2001:db8::9')).toEqual(['2001:db8::9'])
    expect(dns.questions.length).toBe(before)
  })
})

describe('addresses from the operating system', () => {
  const system = createResolver({ servers: [], timeoutMs: 5_000, random })

  it('include what the hosts file says', async () => {
    expect((await system.addresses('localhost')).some((ip) => ip === '127.0.0.1' || ip === '::1')).toBe(true)
  })
})

describe('SRV records', () => {
  it('come by priority, without the final dot', async () => {
    dns.answer('_matrix._tcp.srv.test', 'SRV', [
      { type: 'SRV', target: 'second.test.', port: 2, priority: 20 },
      { type: 'SRV', target: 'first.test', port: 1, priority: 10 },
    ])
    expect(await resolver.srv('_matrix._tcp.srv.test')).toEqual([
      { target: 'first.test', port: 1, priority: 10, weight: 0 },
      { target: 'second.test', port: 2, priority: 20, weight: 0 },
    ])
  })

  it('are none for a name that does not exist or has none', async () => {
    dns.host('_matrix._tcp.none.test', '192.0.2.1')
    expect(await resolver.srv('_matrix._tcp.missing.test')).toEqual([])
    expect(await resolver.srv('_matrix._tcp.none.test')).toEqual([])
  })

  it('are an error when the server fails', async () => {
    dns.answer('_matrix._tcp.fail.test', 'SRV', 'SERVFAIL')
    await expect(resolver.srv('_matrix._tcp.fail.test')).rejects.toMatchObject({ code: 'ESERVFAIL' })
  })

  it('say with a single dot that there is no service', async () => {
    dns.answer('_matrix._tcp.off.test', 'SRV', [{ type: 'SRV', target: '.', port: 0 }])
    expect(saysNotAvailable(await resolver.srv('_matrix._tcp.off.test'))).toBe(true)
    expect(saysNotAvailable([])).toBe(false)
  })
})

describe('the order of SRV records', () => {
  const record = (target: string, priority: number, weight: number) => ({ target, port: 1, priority, weight })
  const names = (byte: number, ...records: ReturnType<typeof record>[]) =>
    orderSrv(records, constantRandom(byte)).map(({ target }) => target)

  it('follows the draw among equal priorities', () => {
    const set = [record('light', 1, 10), record('heavy', 1, 90)]
    expect(names(0x00, ...set)).toEqual(['light', 'heavy'])
    expect(names(0x80, ...set)).toEqual(['heavy', 'light'])
  })

  it('never puts a higher priority value first, whatever the weight', () => {
    expect(names(0xff, record('late', 2, 65_535), record('early', 1, 0))).toEqual(['early', 'late'])
  })

  it('gives a record of weight 0 its small chance', () => {
    const set = [record('heavy', 1, 100), record('zero', 1, 0)]
    expect(names(0x00, ...set)).toEqual(['zero', 'heavy'])
    expect(names(0x10, ...set)).toEqual(['heavy', 'zero'])
  })

  it('draws in proportion to the weights', () => {
    const set = [record('one', 1, 1), record('nine', 1, 9)]
    const first = Array.from({ length: 2_000 }, () => orderSrv(set, random)[0]?.target)
    const share = first.filter((target) => target === 'nine').length / first.length
    // RFC 2782 draws from 0 to the sum: 9 of 11. Ten standard deviations on either side.
    expect(Math.abs(share - 9 / 11)).toBeLessThan(0.087)
  })
})

describe('a resolver', () => {
  it('names the DNS server that it cannot read', () => {
    expect(() => createResolver({ servers: ['dns.example.org'], timeoutMs: 1, random })).toThrow(
      '"dns.example.org"',
    )
  })
})
