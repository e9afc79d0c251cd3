import nacl from 'tweetnacl'
import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { canonicalJson } from '../../src/matrix/canonical-json.ts'
import {
  codeOf,
  linksFor,
  member,
  startIdentityWorld,
  type IdentityWorld,
} from '../support/identity-world.ts'
import { expectError } from '../support/matrix-error.ts'
import { eventually } from '../support/poll.ts'

const alice = '@alice:example.org'
let world: IdentityWorld
let token: string
beforeAll(async () => {
  world = await startIdentityWorld()
  token = await world.login(alice)
  await world.bind(token, alice, 'alice@example.com')
  const { db } = world.appliance.storage
  const row = {
    source: 'list',
    person: '',
    medium: 'email',
    address: 'listed@example.com',
    mxid: '@listed:example.org',
    display_name: null,
  }
  await db.insertInto('directory_entries').values(row).execute()
})
afterAll(() => world.stop())

const lookup = (query: Record<string, string>) => world.api.get('/api/v1/lookup', { query })

async function isSignedByUs(body: unknown): Promise<boolean> {
  const { signatures, ...rest } = body as { signatures: Record<string, Record<string, string>> }
  const publicKey = member((await world.api.get('/api/v1/pubkey/ed25519:0')).body, 'public_key')
  return nacl.sign.detached.verify(
    Buffer.from(canonicalJson(rest)),
    Buffer.from(signatures['example.org']?.['ed25519:0'] ?? '', 'base64'),
    Buffer.from(publicKey, 'base64'),
  )
}

describe('GET /api/v1/lookup', () => {
  it('answers a bound address with the signed association', async () => {
    const answer = await lookup({ medium: 'email', address: 'alice@example.com' })
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({
      medium: 'email',
      address: 'alice@example.com',
      mxid: alice,
      ts: expect.any(Number),
      not_before: expect.any(Number),
      not_after: expect.any(Number),
      signatures: { 'example.org': { 'ed25519:0': expect.stringMatching(/^[A-Za-z0-9+/]{86}$/) } },
    })
    expect(await isSignedByUs(answer.body)).toBe(true)
  })

  it('answers an address of a directory, valid for five minutes', async () => {
    const { body } = await lookup({ medium: 'email', address: 'listed@example.com' })
    const now = world.clock.now()
    expect(body).toMatchObject({
      mxid: '@listed:example.org',
      ts: now,
      not_before: now - 60_000,
      not_after: now + 300_000,
    })
    expect(await isSignedByUs(body)).toBe(true)
  })

  it('finds the address in any letter case', async () => {
    expect((await lookup({ medium: 'email', address: 'ALICE@Example.COM' })).body).toMatchObject({
      mxid: alice,
    })
  })

  it.each([
    { medium: 'email', address: 'nobody@example.com' },
    { medium: 'email', address: 'no address' },
    { medium: 'msisdn', address: 'alice@example.com' },
    { medium: 'fax', address: '1' },
    { medium: 'email', address: '' },
  ])('answers {} for %j', async (query) => {
    const answer = await lookup(query)
    expect([answer.status, answer.body]).toEqual([200, {}])
  })

  it.each(['medium', 'address'])('refuses a request without %s', async (name) => {
    const query = Object.fromEntries(
      Object.entries({ medium: 'email', address: 'a@b.c' }).filter(([key]) => key !== name),
    )
    expectError(await lookup(query), 400, 'M_MISSING_PARAMS')
  })
})

describe('POST /api/v1/bulk_lookup', () => {
  const bulk = (threepids: unknown) => world.api.post('/api/v1/bulk_lookup', { json: { threepids } })

  it('answers what it finds, under the addresses as they were sent', async () => {
    const asked = [
      ['email', 'Alice@example.com'],
      ['email', 'nobody@example.com'],
      ['email', 'listed@example.com'],
      ['fax', '1'],
    ]
    expect((await bulk(asked)).body).toEqual({
      threepids: [
        ['email', 'Alice@example.com', alice],
        ['email', 'listed@example.com', '@listed:example.org'],
      ],
    })
  })

  it('answers an empty list with an empty list', async () => {
    expect((await bulk([])).body).toEqual({ threepids: [] })
  })

  it('refuses more addresses than the limit', async () => {
    await world.configure({ lookup: { maxAddresses: 2 } })
    expectError(await bulk(Array.from({ length: 3 }, () => ['email', 'a@b.c'])), 400, 'M_TOO_LARGE')
    await world.configure()
  })

  it.each([['text'], [{}], [[['email']]], [[['email', 'a', 'b']]], [[[1, 2]]], [['email']]])(
    'refuses %j',
    async (threepids) => {
      expectError(await bulk(threepids), 400, 'M_INVALID_PARAM')
    },
  )

  it('refuses a request without threepids', async () => {
    expectError(await world.api.post('/api/v1/bulk_lookup', { json: {} }), 400, 'M_MISSING_PARAMS')
  })
})

describe('validation without a token, as homeservers delegate it', () => {
  it('sends and takes a code for a phone number', async () => {
    const client_secret = randomBytes(9).toString('base64url')
    const json = { client_secret, country: 'GB', phone_number: '07700900001', send_attempt: 1 }
    const asked = await world.api.post('/api/v1/validate/msisdn/requestToken', { json })
    const sid = member(asked.body, 'sid')
    await world.appliance.outbox.idle()
    const text = new URL(world.sms.seen.at(-1)?.url ?? '', 'http://gateway').searchParams.get('text') ?? ''
    const code = /\b\d{6}\b/.exec(text)?.[0] ?? ''
    const query = { sid, client_secret }
    const before = await world.api.get('/api/v1/3pid/getValidated3pid', { query })
    expectError(before, 400, 'M_SESSION_NOT_VALIDATED')
    expect(before.body).not.toHaveProperty('medium')
    const submitted = await world.api.post('/api/v1/validate/msisdn/submitToken', {
      json: { ...query, token: code },
    })
    expect(submitted.body).toEqual({ success: true })
    const after = await world.api.get('/api/v1/3pid/getValidated3pid', { query })
    expect(after.body).toMatchObject({ medium: 'msisdn', address: '447700900001' })
  })

  it.each(['form', 'query'] as const)('takes its parameters as %s', async (how) => {
    const client_secret = randomBytes(9).toString('base64url')
    const asked = { client_secret, email: `v1+${how}@example.com`, send_attempt: '1' }
    const answer = await world.api.post('/api/v1/validate/email/requestToken', { [how]: asked })
    const sid = member(answer.body, 'sid')
    await eventually(() => linksFor(world.mail, sid).length > 0, { what: 'the mail' })
    const proof = { sid, client_secret }
    const given = { ...proof, token: codeOf(world.mail, sid) }
    const submitted = await world.api.post('/api/v1/validate/email/submitToken', { [how]: given })
    expect(submitted.body).toEqual({ success: true })
    const bound = await world.api.post('/api/v1/3pid/bind', { [how]: { ...proof, mxid: '@v1:example.org' } })
    expect(bound.body).toMatchObject({ address: `v1+${how}@example.com`, mxid: '@v1:example.org' })
    expect(await isSignedByUs(bound.body)).toBe(true)
  })

  it('opens the validation page', async () => {
    const { sid, client_secret, token: code } = await world.startEmail(token, 'v1page@example.com')
    const query = { sid, client_secret, token: code }
    const answer = await world.api.get('/api/v1/validate/email/submitToken', { query })
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  })

  it('binds no Matrix ID of another homeserver', async () => {
    const session = await world.validateEmail(token, 'foreign@example.com')
    for (const mxid of ['@x:other.example', '@x:evil-example.org', '@x:example.org.evil.example']) {
      expectError(
        await world.api.post('/api/v1/3pid/bind', { json: { ...session, mxid } }),
        403,
        'M_FORBIDDEN',
      )
    }
    expect(await world.lookup(token, 'foreign@example.com')).toBeNull()
  })
})

describe('POST /api/v1/3pid/unbind', () => {
  it('takes the signature over its own path', async () => {
    await world.bind(token, alice, 'v1unbind@example.com')
    const content = { mxid: alice, threepid: { medium: 'email', address: 'v1unbind@example.com' } }
    const uri = '/_matrix/identity/api/v1/3pid/unbind'
    const authorization = world.homeserver.sign({ destination: 'id.example.org', uri, content })
    const answer = await world.api.post('/api/v1/3pid/unbind', { json: content, headers: { authorization } })
    expect([answer.status, answer.body]).toEqual([200, {}])
    expect(await world.lookup(token, 'v1unbind@example.com')).toBeNull()
  })
})

describe('POST /api/v1/store-invite', () => {
  const asked = (address: string) => ({
    medium: 'email',
    address,
    room_id: '!room:example.org',
    sender: alice,
    room_alias: '',
    room_avatar_url: '',
    room_join_rules: '',
    room_name: 'Choir & friends',
    sender_display_name: 'Alice',
    sender_avatar_url: '',
  })

  it.each(['form', 'json'] as const)('takes an invitation as %s, without a token', async (how) => {
    const answer = await world.api.post('/api/v1/store-invite', {
      [how]: asked(`dendrite-${how}@example.com`),
    })
    const publicKey = member((await world.api.get('/api/v1/pubkey/ed25519:0')).body, 'public_key')
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({
      token: expect.stringMatching(/^[\w-]{43}$/),
      public_key: publicKey,
      public_keys: [
        { public_key: publicKey, key_validity_url: expect.stringContaining('https://id.example.org/') },
        {
          public_key: expect.stringMatching(/^[\w-]{43}$/),
          key_validity_url: expect.stringContaining('/ephemeral/isvalid'),
        },
      ],
      display_name: expect.stringContaining('...@exa...'),
    })
    const mail = await world.mail.waitFor((each) => each.to.includes(`dendrite-${how}@example.com`))
    expect(mail.parsed.text).toContain('Choir & friends')
  })

  it('answers M_THREEPID_IN_USE with the Matrix ID', async () => {
    const answer = await world.api.post('/api/v1/store-invite', { form: asked('alice@example.com') })
    expectError(answer, 400, 'M_THREEPID_IN_USE')
    expect(answer.body).toMatchObject({ mxid: alice })
  })
})

describe('the v1 switch and its list of sources', () => {
  afterEach(() => world.configure())
  const routes = [
    ['GET', '/api/v1/lookup?medium=email&address=alice@example.com'],
    ['POST', '/api/v1/bulk_lookup'],
    ['POST', '/api/v1/validate/email/requestToken'],
    ['POST', '/api/v1/validate/email/submitToken'],
    ['GET', '/api/v1/validate/email/submitToken'],
    ['POST', '/api/v1/validate/msisdn/requestToken'],
    ['POST', '/api/v1/validate/msisdn/submitToken'],
    ['GET', '/api/v1/validate/msisdn/submitToken'],
    ['GET', '/api/v1/3pid/getValidated3pid'],
    ['POST', '/api/v1/3pid/bind'],
    ['POST', '/api/v1/3pid/unbind'],
    ['POST', '/api/v1/store-invite'],
  ] as const

  it.each(routes)('%s %s is 404 M_UNRECOGNIZED while v1 is off', async (method, path) => {
    await world.configure({ identityV1: { enabled: false } })
    expectError(await world.api.request(method, path), 404, 'M_UNRECOGNIZED')
  })

  it.each(routes)('%s %s is 403 M_FORBIDDEN for an address that is not listed', async (method, path) => {
    await world.configure({ identityV1: { allow: ['10.0.0.0/8', '2001:db8::/32'] } })
    const headers = { 'x-forwarded-for': '192.0.2.1' }
    expectError(await world.api.request(method, path, { headers }), 403, 'M_FORBIDDEN')
    expectError(await world.api.request(method, path), 403, 'M_FORBIDDEN')
  })

  it('a listed address is served, as the trusted proxy tells it', async () => {
    await world.configure({ identityV1: { allow: ['10.0.0.0/8', '2001:db8::/32'] } })
    for (const address of ['10.1.2.3', '2001:db8::5']) {
      const headers = { 'x-forwarded-for': `192.0.2.1, ${address}` }
      const query = { medium: 'email', address: 'alice@example.com' }
      expect((await world.api.get('/api/v1/lookup', { query, headers })).body).toMatchObject({ mxid: alice })
    }
  })

  it('an invitation can be accepted from the link in its mail even while v1 is off', async () => {
    await world.configure({ identityV1: { enabled: false, allow: ['10.0.0.0/8'] } })
    const json = { mxid: alice, token: 'unknown', private_key: 'A'.repeat(43) }
    const answer = await world.api.post('/api/v1/sign-ed25519', { json })
    expectError(answer, 404, 'M_UNRECOGNIZED')
    expect(member(answer.body, 'error')).toContain('invitation')
  })

  it('v2 is served whatever the list says', async () => {
    await world.configure({ identityV1: { allow: ['10.0.0.0/8'] } })
    expect((await world.api.get('/v2/account', { token })).status).toBe(200)
  })
})

it.each(['/api/v1/account', '/api/v1/terms', '/api/v1/hash_details'])('v1 never had %s', async (path) => {
  expectError(await world.api.get(path), 404, 'M_UNRECOGNIZED')
})
