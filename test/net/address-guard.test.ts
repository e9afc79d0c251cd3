import { describe, expect, it } from 'vitest'
import { createAddressGuard } from '../../src/net/address-guard.ts'

const guard = createAddressGuard({ allowPrivate: [] })

describe('the address guard', () => {
  it.each([
    '8.8.8.8',
    '1.1.1.1',
    '100.63.255.255',
    '100.128.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.255.255',
    '223.255.255.255',
    '2606:4700:4700::1111',
    '2a00:1450:4001:80b::200e',
    '::ffff:8.8.8.8',
    '2002:808:808::1',
  ])('admits the public address %s', (ip) => {
    expect(guard.check(ip)).toBe(true)
  })

  it.each([
    ['loopback', '127.0.0.1'],
    ['the end of loopback', '127.255.255.255'],
    ['this host', '0.0.0.0'],
    ['this network', '0.1.2.3'],
    ['private 10/8', '10.0.0.1'],
    ['private 172.16/12', '172.31.255.255'],
    ['private 192.168/16', '192.168.1.1'],
    ['carrier-grade NAT', '100.64.0.1'],
    ['protocol assignments', '192.0.0.1'],
    ['link-local', '169.254.0.1'],
    ['the metadata service of most clouds', '169.254.169.254'],
    ['the metadata service of Alibaba', '100.100.100.200'],
    ['the metadata service of Oracle', '192.0.0.192'],
    ['the platform service of Azure', '168.63.129.16'],
    ['the metadata service of AWS over IPv6', 'fd00:ec2::254'],
    ['6to4 relays', '192.88.99.1'],
    ['benchmarks', '198.19.255.255'],
    ['documentation 1', '192.0.2.1'],
    ['documentation 2', '198.51.100.1'],
    ['documentation 3', '203.0.113.1'],
    ['multicast', '224.0.0.1'],
    ['reserved', '240.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['IPv6 unspecified', '::'],
    ['IPv6 loopback', '::1'],
    ['IPv6 loopback written out', '0:0:0:0:0:0:0:1'],
    ['link-local IPv6', 'fe80::1'],
    ['link-local IPv6 with a zone', 'fe80::1%eth0'],
    ['unique local', 'fc00::1'],
    ['unique local, second half', 'fd12:3456::1'],
    ['site-local', 'fec0::1'],
    ['IPv6 documentation', '2001:db8::1'],
    ['newer IPv6 documentation', '3fff::1'],
    ['IPv6 multicast', 'ff02::1'],
    ['discard-only', '100::1'],
    ['ORCHID', '2001:10::1'],
    ['ORCHIDv2', '2001:20::1'],
    ['Teredo', '2001:0:808:808::f7f7:f7f7'],
    ['NAT64 of a private address', '64:ff9b::10.0.0.1'],
    ['NAT64 of any address', '64:ff9b::8.8.8.8'],
    ['local-use NAT64', '64:ff9b:1::1'],
    ['IPv4-mapped loopback', '::ffff:127.0.0.1'],
    ['IPv4-mapped loopback in hexadecimal', '::ffff:7f00:1'],
    ['IPv4-compatible loopback', '::127.0.0.1'],
    ['IPv4-translated loopback', '::ffff:0:127.0.0.1'],
    ['6to4 of loopback', '2002:7f00:1::'],
    ['6to4 of a private address', '2002:a00:1::1'],
    ['6to4 of the metadata service', '2002:a9fe:a9fe::'],
    ['unassigned IPv6 space', '4000::1'],
  ])('refuses %s (%s)', (_what, ip) => {
    expect(guard.check(ip)).toBe(false)
  })

  it.each([
    '',
    'localhost',
    '127.1',
    '0177.0.0.1',
    '010.8.8.8',
    '0x7f000001',
    '2130706433',
    '8.8.8.8.',
    '[::1]',
  ])('refuses %j, which is no address in its usual notation', (text) => {
    expect(guard.check(text)).toBe(false)
  })

  it('lets an allowed network win over the refusal', () => {
    const open = createAddressGuard({ allowPrivate: ['10.1.2.0/24', '127.0.0.1', 'fd00:1::/32'] })
    const verdicts = ['10.1.2.200', '10.1.3.1', '127.0.0.1', '127.0.0.2', 'fd00:1::5', 'fd00:2::5'].map(
      open.check,
    )
    expect(verdicts).toEqual([true, false, true, false, true, false])
  })

  it.each(['::ffff:10.1.2.3', '::10.1.2.3', '::ffff:0:10.1.2.3', '2002:a01:203::1', '64:ff9b::10.1.2.3'])(
    'recognises an allowed IPv4 address inside %s',
    (ip) => {
      const open = createAddressGuard({ allowPrivate: ['10.1.2.0/24'] })
      expect([open.check(ip), guard.check(ip)]).toEqual([true, false])
    },
  )

  it('does not let an allowed IPv4 network open another one in the same wrapping', () => {
    const open = createAddressGuard({ allowPrivate: ['10.1.2.0/24'] })
    expect(['::ffff:10.9.9.9', '2002:a09:909::1', '64:ff9b::10.9.9.9'].map(open.check)).toEqual([
      false,
      false,
      false,
    ])
  })

  it('names the entry of the allow-list that it cannot read', () => {
    expect(() => createAddressGuard({ allowPrivate: ['10.0.0.0/8', '10.0.0/8'] })).toThrow('"10.0.0/8"')
  })
})
