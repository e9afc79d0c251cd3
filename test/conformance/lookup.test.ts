import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { lookupHash, startIdentityWorld, type IdentityWorld } from '../support/identity-world.ts'
import { expectError } from '../support/matrix-error.ts'

const alice = '@alice:example.org'
const MINUTE_MS = 60_000
let world: IdentityWorld
let token: string
beforeAll(async () => {
  world = await startIdentityWorld()
  token = await world.login(alice)
  await world.bind(token, alice, 'alice@example.com')
})
afterAll(() => world.stop())

interface HashDetails {
  readonly lookup_pepper: string
  readonly algorithms: readonly string[]
}
const hashDetails = async () => (await world.api.get('/v2/hash_details', { token })).body as HashDetails
const pepper = async () => (await hashDetails()).lookup_pepper
const lookup = (json: object) => world.api.post('/v2/lookup', { token, json })
const ask = async (addresses: readonly string[], algorithm = 'sha256') =>
  (await lookup({ algorithm, pepper: await pepper(), addresses })).body

describe('GET /hash_details', () => {
  it('names the pepper and the algorithms', async () => {
    const answer = await world.api.get('/v2/hash_details', { token })
    expect([answer.status, answer.body]).toEqual([
      200,
      { lookup_pepper: expect.stringMatching(/^[\w-]{32}$/), algorithms: ['sha256', 'none'] },
    ])
  })

  it('takes the token by query string alone, as Synapse asks', async () => {
    expect((await world.api.get('/v2/hash_details', { query: { access_token: token } })).status).toBe(200)
  })
})

describe('POST /lookup by sha256', () => {
  it('answers a hash with the Matrix ID, under the hash as it was sent', async () => {
    const hash = lookupHash('alice@example.com', 'email', await pepper())
    expect(await ask([hash])).toEqual({ mappings: { [hash]: alice } })
  })

  it('answers nothing for what is not there', async () => {
    const now = await pepper()
    const others = [
      lookupHash('nobody@example.com', 'email', now),
      lookupHash('Alice@example.com', 'email', now),
      lookupHash('alice@example.com', 'msisdn', now),
      lookupHash('alice@example.com', 'email', 'other pepper'),
    ]
    expect(await ask(others)).toEqual({ mappings: {} })
  })

  it('takes an empty list, and one with repetitions', async () => {
    const hash = lookupHash('alice@example.com', 'email', await pepper())
    expect(await ask([])).toEqual({ mappings: {} })
    const answer = await lookup({
      algorithm: 'sha256',
      pepper: await pepper(),
      addresses: [hash, hash, hash],
    })
    expect(answer.text).toBe(`{"mappings":{"${hash}":"${alice}"}}`)
  })

  it('matches no other spelling of the hash, and no nonsense', async () => {
    // An address whose hash differs between the alphabets.
    const now = await pepper()
    const address = Array.from({ length: 100 }, (_, index) => `spelling${index}@example.com`).find((each) =>
      /[-_]/.test(lookupHash(each, 'email', now)),
    )
    if (address === undefined) throw new Error('a hundred hashes without - or _')
    await world.bind(token, alice, address)
    const hash = lookupHash(address, 'email', now)
    const bytes = Buffer.from(hash, 'base64url')
    const last = hash.at(-1) ?? ''
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const spellings = [
      bytes.toString('base64').replace('=', ''),
      bytes.toString('base64'),
      `${hash}=`,
      bytes.toString('hex'),
      hash.slice(0, 42),
      `${hash}A`,
      ` ${hash}`,
      // The same bytes, but with a bit set behind the 256.
      hash.slice(0, 42) + alphabet.charAt(alphabet.indexOf(last) + 1),
      '',
      'ä'.repeat(43),
      '\u0000'.repeat(43),
    ]
    expect(await ask(spellings)).toEqual({ mappings: {} })
    expect(await ask([hash])).toEqual({ mappings: { [hash]: alice } })
  })

  it('answers 10,000 addresses at once, and refuses one more', async () => {
    const now = await pepper()
    const addresses = Array.from({ length: 9_999 }, (_, index) =>
      lookupHash(`n${index}@example.com`, 'email', now),
    )
    const mine = lookupHash('alice@example.com', 'email', now)
    expect(await ask([...addresses, mine])).toEqual({ mappings: { [mine]: alice } })
    const answer = await lookup({ algorithm: 'sha256', pepper: now, addresses: [...addresses, mine, mine] })
    expectError(answer, 400, 'M_TOO_LARGE')
  })

  it('finds a new association at once, and one that is gone no more', async () => {
    for (let round = 0; round < 5; round++) {
      const address = `round${round}@example.com`
      await world.bind(token, alice, address)
      expect(await world.lookup(token, address)).toBe(alice)
      const content = { mxid: alice, threepid: { medium: 'email', address } }
      const authorization = world.homeserver.sign({
        destination: 'id.example.org',
        uri: '/_matrix/identity/v2/3pid/unbind',
        content,
      })
      await world.api.post('/v2/3pid/unbind', { json: content, headers: { authorization } })
      expect(await world.lookup(token, address)).toBeNull()
    }
  })

  it('answers a Matrix ID with quotes and other letters as JSON wants it', async () => {
    const mxid = '@"q\\uo\tte"ß😀:example.org'
    const own = await world.login(mxid)
    await world.bind(own, mxid, 'quotes@example.com')
    expect(await world.lookup(token, 'quotes@example.com')).toBe(mxid)
  })
})

describe('POST /lookup by none', () => {
  it('answers an address in clear, under the entry as it was sent', async () => {
    expect(
      await ask(['alice@example.com email', 'ALICE@Example.com email', 'nobody@example.com email'], 'none'),
    ).toEqual({
      mappings: { 'alice@example.com email': alice, 'ALICE@Example.com email': alice },
    })
  })

  it('answers an address with every character that may stand in one', async () => {
    const address = "a+b$c%d'e*f(g)h@example.com".replace(/[()]/g, '')
    await world.bind(token, alice, address)
    expect(await ask([`${address} email`], 'none')).toEqual({ mappings: { [`${address} email`]: alice } })
  })

  it('passes over entries of any other form', async () => {
    const entries = [
      'alice@example.com',
      ' email',
      '',
      'alice@example.com fax',
      'email alice@example.com',
      'a b c email',
    ]
    expect(await ask([...entries, '__proto__ email', 'alice@example.com email'], 'none')).toEqual({
      mappings: { 'alice@example.com email': alice },
    })
  })

  it('is refused when it is switched off, and not named by hash_details', async () => {
    await world.configure({ lookup: { algorithms: ['sha256'] } })
    expect((await hashDetails()).algorithms).toEqual(['sha256'])
    const answer = await lookup({ algorithm: 'none', pepper: await pepper(), addresses: [] })
    expectError(answer, 400, 'M_INVALID_PARAM')
    await world.configure()
  })
})

describe('POST /lookup refuses', () => {
  it('a wrong pepper, with the algorithm and the current one, for either algorithm', async () => {
    for (const algorithm of ['sha256', 'none']) {
      const answer = await lookup({ algorithm, pepper: 'wrong', addresses: [] })
      expectError(answer, 400, 'M_INVALID_PEPPER')
      expect(answer.body).toMatchObject({ algorithm, lookup_pepper: await pepper() })
    }
  })

  it.each(['md5', 'SHA256', '', 'sha512'])('the algorithm %j', async (algorithm) => {
    const answer = await lookup({ algorithm, pepper: await pepper(), addresses: [] })
    expectError(answer, 400, 'M_INVALID_PARAM')
  })

  it('the algorithm before the pepper', async () => {
    expectError(await lookup({ algorithm: 'md5', pepper: 'wrong', addresses: [] }), 400, 'M_INVALID_PARAM')
  })

  it.each(['algorithm', 'pepper', 'addresses'])('a request without %s', async (name) => {
    const json = { algorithm: 'sha256', pepper: 'x', addresses: [], [name]: undefined }
    expectError(await lookup(json), 400, 'M_MISSING_PARAMS')
  })

  it.each([
    ['algorithm', 7],
    ['pepper', {}],
    ['addresses', 'hash'],
    ['addresses', {}],
    ['addresses', [1]],
    ['addresses', [null]],
    ['addresses', [['a']]],
  ])('the %s %j', async (name, value) => {
    const answer = await lookup({ algorithm: 'sha256', pepper: 'x', addresses: [], [name]: value })
    expectError(answer, 400, 'M_INVALID_PARAM')
  })
})

describe('rotation of the pepper', () => {
  afterEach(() => world.configure())
  const withPepper = (used: string) =>
    lookup({ algorithm: 'sha256', pepper: used, addresses: [lookupHash('alice@example.com', 'email', used)] })

  it('names another pepper, under which the same addresses are found', async () => {
    const before = await pepper()
    await world.appliance.index.rotate()
    const after = await pepper()
    expect(after).not.toBe(before)
    expect((await withPepper(after)).body).toEqual({
      mappings: { [lookupHash('alice@example.com', 'email', after)]: alice },
    })
  })

  it('answers the former pepper for the grace time, and then refuses it', async () => {
    const before = await pepper()
    await world.appliance.index.rotate()
    world.clock.advance(15 * MINUTE_MS - 1)
    expect((await withPepper(before)).status).toBe(200)
    world.clock.advance(1)
    expectError(await withPepper(before), 400, 'M_INVALID_PEPPER')
  })

  it('answers changes under both peppers during grace', async () => {
    const before = await pepper()
    await world.appliance.index.rotate()
    await world.bind(token, alice, 'grace@example.com')
    for (const used of [before, await pepper()]) {
      const hash = lookupHash('grace@example.com', 'email', used)
      const answer = await lookup({ algorithm: 'sha256', pepper: used, addresses: [hash] })
      expect(answer.body).toEqual({ mappings: { [hash]: alice } })
    }
  })

  it('refuses the pepper before the former one at once', async () => {
    const before = await pepper()
    await world.appliance.index.rotate()
    await world.appliance.index.rotate()
    expectError(await withPepper(before), 400, 'M_INVALID_PEPPER')
  })

  it('happens by itself when it is due', async () => {
    const before = await pepper()
    world.clock.advance(7 * 24 * 60 * MINUTE_MS)
    await world.appliance.index.maintain()
    expect(await pepper()).not.toBe(before)
  })

  it('lets none of a hundred parallel lookups fail', async () => {
    const client = async () => {
      const used = await pepper()
      const hash = lookupHash('alice@example.com', 'email', used)
      const answer = await lookup({ algorithm: 'sha256', pepper: used, addresses: [hash] })
      return answer.status === 200 && answer.text.includes(alice)
    }
    const wave = () => Array.from({ length: 50 }, client)
    const first = wave()
    const rotated = world.appliance.index.rotate()
    const results = await Promise.all([...first, ...wave()])
    await rotated
    expect(results.filter(Boolean)).toHaveLength(100)
  })
})
