import { expect, test } from 'vitest'
import { configSchema, type ConfigInput } from '../../../src/config/schema.ts'
import { createRequesters } from '../../../src/federation/inbound/requester.ts'

const matrix = { domain: 'example.org' }
const parse = (federation: ConfigInput['federation'] = {}) => configSchema.parse({ matrix, federation })
const withNetworks = (...networks: string[]) => parse({ recursion: { networks } })

test.each([
  ['@alice:example.org', 'client', null],
  ['@a=b/c+d.e_f-g:example.org', 'client', null],
  ['@:example.org', 'client', null],
  ['@alice:other.example', 'peer', 'other.example'],
  ['@alice:example.org:8448', 'peer', 'example.org:8448'],
  ['@alice:EXAMPLE.org', 'peer', 'EXAMPLE.org'],
  ['@alice:sub.example.org', 'peer', 'sub.example.org'],
  ['@example.org:evil.example', 'peer', 'evil.example'],
])('the owner of a token, %s, is a %s', (userId, kind, foreignServer) => {
  const requesters = createRequesters(() => parse())
  expect(requesters.of(userId, '192.0.2.1')).toEqual({ kind, userId, address: '192.0.2.1' })
  expect(requesters.foreignServer(userId)).toBe(foreignServer)
})

test('a user of another homeserver is a peer within the networks as well', () => {
  const requesters = createRequesters(() => withNetworks('10.0.0.0/8'))
  expect(requesters.of('@x:other.example', '10.1.2.3').kind).toBe('peer')
})

test('somebody without a token is a client within the networks alone', () => {
  const requesters = createRequesters(() => withNetworks('10.1.2.3', 'fd00::/8'))
  const kinds = ['10.1.2.3', '::ffff:10.1.2.3', 'fd12::1', '10.1.2.4', '127.0.0.1', 'nonsense', ''].map(
    (address) => requesters.of(null, address).kind,
  )
  expect(kinds).toEqual(['client', 'client', 'client', 'peer', 'peer', 'peer', 'peer'])
})

test('by the defaults, nobody without a token is a client, not even on this machine', () => {
  expect(createRequesters(() => parse()).of(null, '127.0.0.1').kind).toBe('peer')
})

test('a changed configuration counts at once', () => {
  let config = parse()
  const requesters = createRequesters(() => config)
  expect(requesters.of(null, '10.1.2.3').kind).toBe('peer')
  config = withNetworks('10.1.2.3')
  expect(requesters.of(null, '10.1.2.3').kind).toBe('client')
  config = configSchema.parse({ matrix: { domain: 'other.example' } })
  expect(requesters.of('@x:other.example', '').kind).toBe('client')
})
