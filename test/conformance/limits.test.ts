import { afterEach, beforeAll, afterAll, describe, expect, it } from 'vitest'
import type { ConfigInput } from '../../src/config/schema.ts'
import type { ApiAnswer } from '../support/api-client.ts'
import { startIdentityWorld, type IdentityWorld } from '../support/identity-world.ts'
import { expectError } from '../support/matrix-error.ts'

const alice = '@alice:example.org'
let world: IdentityWorld
let token: string
beforeAll(async () => {
  world = await startIdentityWorld()
  token = await world.login(alice)
})
afterAll(() => world.stop())
afterEach(async () => {
  await world.configure()
  // Every budget is full again.
  world.clock.advance(86_400_000)
})

type LimitName = Exclude<keyof NonNullable<ConfigInput['rateLimits']>, 'enabled'>
let count = 0
const email = (address = `limit${++count}@example.com`) => ({
  token,
  json: { client_secret: 'secret', email: address, send_attempt: 1 },
})
const invitation = (address = `limit${++count}@example.com`) => ({
  token,
  json: { medium: 'email', address, room_id: '!r:x', sender: alice },
})
const hash = 'x'.repeat(43)

/** Each limit with a request that counts against it, three times the same budget of two. */
const limited: readonly (readonly [LimitName, string, () => Promise<ApiAnswer>])[] = [
  ['registerPerIp', 'POST /account/register', () => world.api.post('/v2/account/register', { json: {} })],
  [
    'requestTokenPerIp',
    'POST /validate/email/requestToken',
    () => world.api.post('/v2/validate/email/requestToken', email()),
  ],
  [
    'requestTokenPerAccount',
    'POST /validate/email/requestToken',
    () => world.api.post('/v2/validate/email/requestToken', email()),
  ],
  [
    'requestTokenPerAddress',
    'POST /validate/email/requestToken',
    () => world.api.post('/v2/validate/email/requestToken', email('same@example.com')),
  ],
  [
    'requestTokenPerIp',
    'POST /api/v1/validate/email/requestToken',
    () => world.api.post('/api/v1/validate/email/requestToken', email()),
  ],
  [
    'submitTokenPerIp',
    'POST /validate/email/submitToken',
    () => world.api.post('/v2/validate/email/submitToken', { token, json: {} }),
  ],
  [
    'submitTokenPerIp',
    'POST /validate/msisdn/submitToken',
    () => world.api.post('/v2/validate/msisdn/submitToken', { token, json: {} }),
  ],
  ['lookupPerAccount', 'POST /lookup', () => lookup([hash])],
  [
    'v1LookupPerIp',
    'GET /api/v1/lookup',
    () => world.api.get('/api/v1/lookup', { query: { medium: 'email', address: 'a@b.c' } }),
  ],
  [
    'v1LookupPerIp',
    'POST /api/v1/bulk_lookup',
    () => world.api.post('/api/v1/bulk_lookup', { json: { threepids: [['email', 'a@b.c']] } }),
  ],
  ['bindPerAccount', 'POST /3pid/bind', () => world.api.post('/v2/3pid/bind', { token, json: {} })],
  ['unbindPerIp', 'POST /3pid/unbind', () => world.api.post('/v2/3pid/unbind', { json: {} })],
  ['storeInvitePerSender', 'POST /store-invite', () => world.api.post('/v2/store-invite', invitation())],
  ['storeInvitePerHomeserver', 'POST /store-invite', () => world.api.post('/v2/store-invite', invitation())],
  [
    'storeInvitePerAddress',
    'POST /store-invite',
    () => world.api.post('/v2/store-invite', invitation('same@example.com')),
  ],
  ['signPerIp', 'POST /sign-ed25519', () => world.api.post('/v2/sign-ed25519', { token, json: {} })],
  ['pubkeyPerIp', 'GET /pubkey/{keyId}', () => world.api.get('/v2/pubkey/ed25519:0')],
  ['pubkeyPerIp', 'GET /pubkey/isvalid', () => world.api.get('/v2/pubkey/isvalid?public_key=a')],
  [
    'pubkeyPerIp',
    'GET /pubkey/ephemeral/isvalid',
    () => world.api.get('/v2/pubkey/ephemeral/isvalid?public_key=a'),
  ],
  ['otherPerIp', 'GET /terms', () => world.api.get('/v2/terms')],
  ['otherPerIp', 'a request with an unknown token', () => world.api.get('/v2/account', { token: 'unknown' })],
]

async function lookup(addresses: readonly string[]): Promise<ApiAnswer> {
  const { body } = await world.api.get('/v2/hash_details', { token })
  const { lookup_pepper: pepper } = body as { lookup_pepper: string }
  return world.api.post('/v2/lookup', { token, json: { algorithm: 'sha256', pepper, addresses } })
}

const withLimit = (name: LimitName, rate = { perMinute: 1, burst: 2 }) =>
  world.configure({ rateLimits: { enabled: true, [name]: rate } })

describe('a spent budget', () => {
  it.each(limited)('%s answers %s with 429 M_LIMIT_EXCEEDED and Retry-After', async (name, _route, ask) => {
    await withLimit(name)
    for (let times = 0; times < 2; times++) expect((await ask()).status).not.toBe(429)
    const answer = await ask()
    expectError(answer, 429, 'M_LIMIT_EXCEEDED')
    expect(answer.headers.get('retry-after')).toBe('60')
    expect(answer.body).toMatchObject({ retry_after_ms: 60_000 })
  })

  it('is a page for people who follow a link', async () => {
    await withLimit('submitTokenPerIp')
    const open = () => world.api.get('/v2/validate/email/submitToken')
    await open()
    await open()
    const answer = await open()
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '60'])
    expect(answer.headers.get('content-type')).toContain('text/html')
  })

  it('is refilled after the time that Retry-After names', async () => {
    await withLimit('registerPerIp')
    const ask = () => world.api.post('/v2/account/register', { json: {} })
    await ask()
    await ask()
    world.clock.advance(59_999)
    expect((await ask()).status).toBe(429)
    world.clock.advance(1)
    expect((await ask()).status).toBe(400)
    expect((await ask()).status).toBe(429)
  })

  it('of one address is not the budget of another', async () => {
    await withLimit('registerPerIp')
    const from = (address: string) =>
      world.api.post('/v2/account/register', { json: {}, headers: { 'x-forwarded-for': address } })
    for (let times = 0; times < 3; times++) await from('192.0.2.1')
    expect((await from('192.0.2.1')).status).toBe(429)
    expect((await from('192.0.2.2')).status).toBe(400)
    expect((await from('2001:db8::1')).status).toBe(400)
  })

  it('is shared by a whole IPv6 network', async () => {
    await withLimit('bindPerAccount')
    const from = (address: string) =>
      world.api.post('/api/v1/3pid/bind', { json: {}, headers: { 'x-forwarded-for': address } })
    for (const address of ['2001:db8::1', '2001:db8::2']) expect((await from(address)).status).toBe(400)
    expect((await from('2001:db8::3')).status).toBe(429)
    expect((await from('2001:db8:0:1::1')).status).toBe(400)
  })

  it('cannot be dodged by a header that no trusted proxy wrote', async () => {
    await withLimit('registerPerIp')
    const from = (claimed: string) =>
      world.api.post('/v2/account/register', {
        json: {},
        headers: { 'x-forwarded-for': `${claimed}, 192.0.2.9` },
      })
    const answers = await Promise.all(['1.1.1.1', '2.2.2.2', '3.3.3.3'].map(from))
    expect(answers.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([400, 400, 429])
  })

  it('of one user is not the budget of another', async () => {
    await withLimit('bindPerAccount')
    const other = await world.login('@other:example.org')
    for (let times = 0; times < 3; times++) await world.api.post('/v2/3pid/bind', { token, json: {} })
    expect((await world.api.post('/v2/3pid/bind', { token, json: {} })).status).toBe(429)
    expect((await world.api.post('/v2/3pid/bind', { token: other, json: {} })).status).toBe(400)
  })
})

describe('lookups', () => {
  it('count addresses, not requests', async () => {
    await withLimit('lookupPerAccount', { perMinute: 1, burst: 10 })
    expect((await lookup(Array.from({ length: 8 }, () => hash))).status).toBe(200)
    expect((await lookup(Array.from({ length: 3 }, () => hash))).status).toBe(429)
    expect((await lookup([hash, hash])).status).toBe(200)
  })

  it('larger than the whole budget are answered once it is full', async () => {
    await withLimit('lookupPerAccount', { perMinute: 1, burst: 10 })
    expect((await lookup(Array.from({ length: 50 }, () => hash))).status).toBe(200)
    expect((await lookup([hash])).status).toBe(429)
  })
})

it('nothing is limited while limits are off', async () => {
  await world.configure({ rateLimits: { enabled: false, registerPerIp: { perMinute: 1, burst: 1 } } })
  for (let times = 0; times < 5; times++) {
    expect((await world.api.post('/v2/account/register', { json: {} })).status).toBe(400)
  }
})
