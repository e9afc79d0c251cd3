import { describe, expect, it } from 'vitest'
import { createClientAddress, createNetworkList } from '../../src/net/trusted-proxies.ts'

describe('the client address', () => {
  const client = createClientAddress({ trustedProxies: ['127.0.0.1', '::1', '10.0.0.0/8'] })

  it.each([
    ['the peer itself without the header', '203.0.113.9', undefined, '203.0.113.9'],
    ['the peer itself when it is no trusted proxy', '203.0.113.9', '198.51.100.1', '203.0.113.9'],
    ['the proxy itself when it says nothing', '127.0.0.1', undefined, '127.0.0.1'],
    ['what a trusted proxy says', '127.0.0.1', '198.51.100.1', '198.51.100.1'],
    [
      'the rightmost entry, not what the client made up',
      '127.0.0.1',
      '1.2.3.4, 198.51.100.1',
      '198.51.100.1',
    ],
    ['the entry behind two trusted proxies', '127.0.0.1', '1.2.3.4, 198.51.100.1, 10.0.0.7', '198.51.100.1'],
    ['the leftmost entry when all are trusted', '127.0.0.1', '10.0.0.8, 10.0.0.7', '10.0.0.8'],
    ['the proxy when the entry is garbage', '127.0.0.1', '198.51.100.1, unknown', '127.0.0.1'],
    ['the last address right of garbage', '127.0.0.1', '198.51.100.1, <script>, 10.0.0.7', '10.0.0.7'],
    ['the proxy when the header is empty', '127.0.0.1', '', '127.0.0.1'],
    ['the proxy when the entry is an odd form of IPv4', '127.0.0.1', '0x7f.1', '127.0.0.1'],
    ['an IPv4-mapped peer as IPv4', '::ffff:203.0.113.9', undefined, '203.0.113.9'],
    ['trust for an IPv4-mapped proxy', '::ffff:127.0.0.1', '::ffff:198.51.100.1', '198.51.100.1'],
    ['IPv6', '::1', '2001:DB8:0:0::1', '2001:db8::1'],
    ['an entry with a port', '127.0.0.1', '198.51.100.1:4711', '198.51.100.1'],
    ['an IPv6 entry with brackets and a port', '127.0.0.1', '[2001:db8::1]:4711', '2001:db8::1'],
  ])('is %s', (_what, socket, header, expected) => {
    expect(client(socket, header)).toBe(expected)
  })
})

describe('a network list', () => {
  it('holds addresses and networks of both families', () => {
    const list = createNetworkList([' 192.0.2.7 ', '10.0.0.0/8', 'fd00::/8', '::ffff:172.16.0.0/108'])
    const inside = ['192.0.2.7', '10.255.0.1', 'fd12::1', '172.31.0.1', '::ffff:10.0.0.1'].map((ip) =>
      list.contains(ip),
    )
    const outside = ['192.0.2.8', '11.0.0.1', 'fe80::1', '172.32.0.1', 'nonsense'].map((ip) =>
      list.contains(ip),
    )
    expect(new Set(inside)).toEqual(new Set([true]))
    expect(new Set(outside)).toEqual(new Set([false]))
  })

  it('holds every address when it holds 0.0.0.0/0 and ::/0', () => {
    const list = createNetworkList(['0.0.0.0/0', '::/0'])
    expect([list.contains('8.8.8.8'), list.contains('2a00::1')]).toEqual([true, true])
  })

  it.each([
    '',
    'localhost',
    '10.0.0',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    'fd00::/129',
    '010.0.0.0/8',
  ])('says which entry is wrong: %j', (entry) => {
    expect(() => createNetworkList(['192.0.2.1', entry])).toThrow(`"${entry}"`)
  })
})
