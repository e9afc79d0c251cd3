import { describe, expect, it } from 'vitest'
import { isClientSecret, isSessionId, parseServerName, parseUserId } from '../../src/matrix/identifiers.ts'

const label63 = 'a'.repeat(63)

describe('parseServerName', () => {
  it.each([
    ['matrix.org', { hostname: 'matrix.org', port: null, kind: 'dns' }],
    ['matrix.org:8888', { hostname: 'matrix.org', port: 8888, kind: 'dns' }],
    ['localhost', { hostname: 'localhost', port: null, kind: 'dns' }],
    ['Matrix.ORG', { hostname: 'Matrix.ORG', port: null, kind: 'dns' }],
    ['1.2.3.4', { hostname: '1.2.3.4', port: null, kind: 'ipv4' }],
    ['1.2.3.4:1234', { hostname: '1.2.3.4', port: 1234, kind: 'ipv4' }],
    ['255.255.255.255', { hostname: '255.255.255.255', port: null, kind: 'ipv4' }],
    ['1.2.3', { hostname: '1.2.3', port: null, kind: 'dns' }],
    ['1.2.3.4.5', { hostname: '1.2.3.4.5', port: null, kind: 'dns' }],
    ['[1234:5678::abcd]', { hostname: '1234:5678::abcd', port: null, kind: 'ipv6' }],
    ['[1234:5678::abcd]:5678', { hostname: '1234:5678::abcd', port: 5678, kind: 'ipv6' }],
    ['[::]', { hostname: '::', port: null, kind: 'ipv6' }],
    ['[::ffff:1.2.3.4]', { hostname: '::ffff:1.2.3.4', port: null, kind: 'ipv6' }],
    ['a:1', { hostname: 'a', port: 1, kind: 'dns' }],
    ['a:65535', { hostname: 'a', port: 65535, kind: 'dns' }],
    ['a:00443', { hostname: 'a', port: 443, kind: 'dns' }],
    [`${label63}.org`, { hostname: `${label63}.org`, port: null, kind: 'dns' }],
  ] as const)('reads %s', (text, expected) => {
    expect(parseServerName(text)).toEqual(expected)
  })

  it('takes DNS names of up to 255 characters', () => {
    const longest = `${label63}.${label63}.${label63}.${label63}`
    expect(longest).toHaveLength(255)
    expect(parseServerName(longest)?.kind).toBe('dns')
    expect(parseServerName(`${longest}:8448`)?.port).toBe(8448)
    expect(parseServerName(`${label63}.${label63}.${label63}.a.${label63.slice(1)}`)).toBeNull()
  })

  it.each([
    '',
    ':80',
    '999.1.1.1',
    '1.2.3.256',
    'a:',
    'a:0',
    'a:65536',
    'a:100000',
    'a:8 0',
    'a:b',
    'a:-1',
    'a:80:80',
    '[]',
    '[::1',
    '::1',
    '[1.2.3.4]',
    '[12345::]',
    '[1::2::3]',
    '[fe80::1%eth0]',
    '[::1]a',
    'exa_mple.org',
    'exämple.org',
    'example.org.',
    '.example.org',
    'a..b',
    'a/b',
    'user@example.org',
    ' example.org',
    'example.org\n',
    `${'a'.repeat(64)}.org`,
  ])('refuses %j', (text) => {
    expect(parseServerName(text)).toBeNull()
  })
})

describe('parseUserId', () => {
  it.each([
    ['@alice:example.org', 'alice', 'example.org'],
    ['@alice:example.org:8448', 'alice', 'example.org:8448'],
    ['@a.b_c=d/e+f-1:[::1]:1', 'a.b_c=d/e+f-1', '[::1]:1'],
    ['@Alice Liddell:example.org', 'Alice Liddell', 'example.org'],
    ['@@🐈é:example.org', '@🐈é', 'example.org'],
    ['@:example.org', '', 'example.org'],
  ])('splits %s at the first colon', (text, localpart, serverName) => {
    expect(parseUserId(text)).toEqual({ localpart, serverName })
  })

  it('counts its limit of 255 in bytes', () => {
    const rest = ':example.org'
    const room = 255 - 1 - rest.length
    expect(parseUserId(`@${'a'.repeat(room)}${rest}`)).not.toBeNull()
    expect(parseUserId(`@${'a'.repeat(room + 1)}${rest}`)).toBeNull()
    expect(parseUserId(`@${'é'.repeat(room / 2 + 1)}${rest}`)).toBeNull()
  })

  it.each([
    '',
    '@',
    'alice:example.org',
    '@alice',
    '@alice:',
    '@alice:exa mple',
    '@a\0b:example.org',
    '@\ud800:example.org',
    '#a:b',
    ' @a:b',
    '@a:b\n',
  ])('refuses %j', (text) => {
    expect(parseUserId(text)).toBeNull()
  })
})

describe.each([
  ['isClientSecret', isClientSecret],
  ['isSessionId', isSessionId],
])('%s', (_name, accepts) => {
  it('accepts 1 to 255 of the permitted characters', () => {
    expect(['a', 'AZaz09.=_-', 'x'.repeat(255)].every(accepts)).toBe(true)
  })

  it('refuses everything else', () => {
    expect(['', 'x'.repeat(256), 'a b', 'a\n', 'a+b', 'a/b', 'é', 'a:b'].some(accepts)).toBe(false)
  })
})
