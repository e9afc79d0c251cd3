import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { signingKeyFromSeed } from '../../src/matrix/signing.ts'
import { startIdentityWorld, type IdentityWorld, type Session } from '../support/identity-world.ts'
import { expectError } from '../support/matrix-error.ts'
import { startStandInHomeserver, type StandInHomeserver } from '../support/stand-in-homeserver.ts'

const DAY_MS = 86_400_000
const alice = '@alice:example.org'
const bob = '@bob:example.org'
let world: IdentityWorld
let token: string
beforeAll(async () => {
  world = await startIdentityWorld()
  token = await world.login(alice)
})
afterAll(() => world.stop())

const bind = (json: object) => world.api.post('/v2/3pid/bind', { token, json })
let count = 0
const freshAddress = () => `person${++count}@example.com`

const uri = '/_matrix/identity/v2/3pid/unbind'
const unbind = (json: object, authorization?: string) =>
  world.api.post('/v2/3pid/unbind', {
    json,
    ...(authorization === undefined ? {} : { headers: { authorization } }),
  })

describe('POST /3pid/unbind by the signature of the homeserver', () => {
  let address: string
  beforeEach(async () => {
    address = freshAddress()
    await world.bind(token, alice, address)
  })
  const content = (changes: object = {}) => ({
    mxid: alice,
    threepid: { medium: 'email', address },
    ...changes,
  })
  const stillThere = async () => (await world.lookup(token, address)) === alice

  it.each(['destination_is', 'destination', 'none'] as const)(
    'removes the association when the receiver is signed as %s',
    async (form) => {
      const json = content()
      const answer = await unbind(
        json,
        world.homeserver.sign({ form, destination: 'id.example.org', uri, content: json }),
      )
      expect([answer.status, answer.body]).toEqual([200, {}])
      expect(await stillThere()).toBe(false)
    },
  )

  it.each(['id.example.org', 'ID.example.org', 'example.org'])('knows itself as %s', async (destination) => {
    const json = content()
    expect((await unbind(json, world.homeserver.sign({ destination, uri, content: json }))).status).toBe(200)
    expect(await stillThere()).toBe(false)
  })

  it('finds the association by the address as a person types it', async () => {
    const json = content({ threepid: { medium: 'email', address: address.toUpperCase() } })
    await unbind(json, world.homeserver.sign({ destination: 'id.example.org', uri, content: json }))
    expect(await stillThere()).toBe(false)
  })

  it('tells the owner of the address by mail', async () => {
    const json = content()
    await unbind(json, world.homeserver.sign({ destination: 'id.example.org', uri, content: json }))
    await world.appliance.outbox.idle()
    const mails = world.mail.messages.filter((mail) => mail.to.includes(address))
    expect(mails.at(-1)?.parsed.text).toContain(alice)
    expect(mails).toHaveLength(2)
  })

  it('answers {} for an association that is not there, and for a second time', async () => {
    const json = content({ threepid: { medium: 'email', address: 'nobody@example.com' } })
    const authorization = world.homeserver.sign({ destination: 'id.example.org', uri, content: json })
    for (let times = 0; times < 2; times++) {
      const answer = await unbind(json, authorization)
      expect([answer.status, answer.body]).toEqual([200, {}])
    }
    expect(await stillThere()).toBe(true)
  })

  it('answers {} and removes nothing when the address belongs to another user', async () => {
    const json = content({ mxid: bob })
    const answer = await unbind(
      json,
      world.homeserver.sign({ destination: 'id.example.org', uri, content: json }),
    )
    expect([answer.status, answer.body]).toEqual([200, {}])
    expect(await stillThere()).toBe(true)
  })

  it('refuses a request that is signed for another server', async () => {
    const json = content()
    const authorization = world.homeserver.sign({ destination: 'id.other.example', uri, content: json })
    expectError(await unbind(json, authorization), 401, 'M_UNAUTHORIZED')
    expect(await stillThere()).toBe(true)
  })

  it('refuses a header that names us over a signature that names another server', async () => {
    const json = content()
    const authorization = world.homeserver
      .sign({ destination: 'id.other.example', uri, content: json })
      .replace('id.other.example', 'id.example.org')
    expectError(await unbind(json, authorization), 403, 'M_FORBIDDEN')
    expect(await stillThere()).toBe(true)
  })

  it('refuses the homeserver of somebody else', async () => {
    const json = content()
    const authorization = world.otherHomeserver.sign({ destination: 'id.example.org', uri, content: json })
    expectError(await unbind(json, authorization), 403, 'M_FORBIDDEN')
    expect(await stillThere()).toBe(true)
  })

  it('refuses a homeserver that signs in the name of another', async () => {
    const json = content()
    const { signingKey } = world.otherHomeserver
    const authorization = world.homeserver.sign({
      destination: 'id.example.org',
      uri,
      content: json,
      key: signingKey,
    })
    expectError(await unbind(json, authorization), 403, 'M_FORBIDDEN')
    expect(await stillThere()).toBe(true)
  })

  it('refuses a key that the homeserver does not publish', async () => {
    const json = content()
    const key = signingKeyFromSeed('ed25519:new', randomBytes(32))
    const authorization = world.homeserver.sign({ destination: 'id.example.org', uri, content: json, key })
    expectError(await unbind(json, authorization), 403, 'M_FORBIDDEN')
    expect(await stillThere()).toBe(true)
  })

  it('refuses a body or a path other than the signed one', async () => {
    const sign = (signedUri: string, signed: object) =>
      world.homeserver.sign({ destination: 'id.example.org', uri: signedUri, content: signed })
    const other = content({ threepid: { medium: 'email', address: 'other@example.com' } })
    expectError(await unbind(content(), sign(uri, other)), 403, 'M_FORBIDDEN')
    expectError(
      await unbind(content(), sign('/_matrix/identity/v2/3pid/bind', content())),
      403,
      'M_FORBIDDEN',
    )
    expect(await stillThere()).toBe(true)
  })

  it.each([
    undefined,
    'X-Matrix',
    'X-Matrix origin="example.org"',
    'Bearer token',
    'X-Matrix origin="a b",key="ed25519:1",sig="AAAA"',
  ])('refuses the Authorization header %j', async (authorization) => {
    const answer = await unbind(content(), authorization)
    expect([401, 403]).toContain(answer.status)
    expectError(answer, answer.status, answer.status === 401 ? 'M_UNAUTHORIZED' : 'M_FORBIDDEN')
    expect(await stillThere()).toBe(true)
  })

  it('refuses the access token of the user, which proves nothing about the address', async () => {
    expectError(await unbind(content(), `Bearer ${token}`), 401, 'M_UNAUTHORIZED')
    expect(await stillThere()).toBe(true)
  })
})

describe('POST /3pid/unbind with a body above 16 KiB', () => {
  it.each(['v2', 'api/v1'])('is answered 413 on %s before anything else', async (version) => {
    const json = { filler: 'x'.repeat(16 * 1024) }
    expectError(await world.api.post(`/${version}/3pid/unbind`, { json }), 413, 'M_TOO_LARGE')
  })
})

describe('the owner of a name that ends like ours', () => {
  let evil: StandInHomeserver
  beforeAll(async () => {
    evil = await startStandInHomeserver('evil-example.org')
    const { homeserver } = world
    await world.configure({
      matrix: { domain: homeserver.name, pins: { [homeserver.name]: homeserver.url, [evil.name]: evil.url } },
    })
  })
  afterAll(async () => {
    await world.configure()
    await evil.close()
  })

  it('cannot unbind our users', async () => {
    const address = freshAddress()
    await world.bind(token, alice, address)
    const json = { mxid: alice, threepid: { medium: 'email', address } }
    const authorization = evil.sign({ destination: 'id.example.org', uri, content: json })
    expectError(await unbind(json, authorization), 403, 'M_FORBIDDEN')
    expect(await world.lookup(token, address)).toBe(alice)
  })
})

describe('POST /3pid/unbind while the homeserver cannot be asked for its keys', () => {
  afterEach(async () => {
    world.otherHomeserver.fail('keys', null)
    await world.configure()
  })

  it.each([500, 404, 'html', 'reset'] as const)(
    'answers 502, which no homeserver takes for "not supported", when it fails with %s',
    async (failure) => {
      // Known keys stay known: begin with none.
      await world.configure()
      world.otherHomeserver.fail('keys', failure)
      const json = { mxid: '@o:other.example', threepid: { medium: 'email', address: 'o@example.com' } }
      const authorization = world.otherHomeserver.sign({ destination: 'id.example.org', uri, content: json })
      expectError(await unbind(json, authorization), 502, 'M_UNKNOWN')
    },
  )
})

describe('POST /3pid/unbind by a validation session', () => {
  let address: string
  let session: Session
  beforeEach(async () => {
    address = freshAddress()
    session = await world.validateEmail(token, address)
    await bind({ ...session, mxid: alice })
  })
  const content = (changes: object = {}) => ({
    ...session,
    mxid: alice,
    threepid: { medium: 'email', address },
    ...changes,
  })
  const stillThere = async () => (await world.lookup(token, address)) === alice

  it('removes the association', async () => {
    const answer = await unbind(content())
    expect([answer.status, answer.body]).toEqual([200, {}])
    expect(await stillThere()).toBe(false)
  })

  it('compares the addresses in their canonical form', async () => {
    const threepid = { medium: 'email', address: address.toUpperCase() }
    expect((await unbind(content({ threepid }))).status).toBe(200)
    expect(await stillThere()).toBe(false)
  })

  it('refuses the session of another address', async () => {
    const other = await world.validateEmail(token, freshAddress())
    expectError(await unbind(content(other)), 403, 'M_FORBIDDEN')
    expect(await stillThere()).toBe(true)
  })

  it('refuses a session that is unknown, and one with a wrong secret, alike', async () => {
    const unknown = await unbind(content({ sid: 'unknown' }))
    const wrong = await unbind(content({ client_secret: 'wrong' }))
    expectError(unknown, 403, 'M_FORBIDDEN')
    expect([wrong.status, wrong.body]).toEqual([unknown.status, unknown.body])
    expect(await stillThere()).toBe(true)
  })

  it('refuses a session that was never completed', async () => {
    const { token: _code, ...open } = await world.startEmail(token, address)
    expectError(await unbind(content(open)), 403, 'M_FORBIDDEN')
    expect(await stillThere()).toBe(true)
  })

  it('refuses a session that has expired', async () => {
    world.clock.advance(DAY_MS)
    expectError(await unbind(content()), 403, 'M_FORBIDDEN')
    expect(await stillThere()).toBe(true)
  })

  it('refuses one half of the proof', async () => {
    expectError(await unbind(content({ client_secret: undefined })), 401, 'M_UNAUTHORIZED')
    expectError(await unbind(content({ sid: undefined })), 401, 'M_UNAUTHORIZED')
    expect(await stillThere()).toBe(true)
  })

  it.each([
    ['mxid', undefined, 'M_MISSING_PARAMS'],
    ['threepid', undefined, 'M_MISSING_PARAMS'],
    ['threepid', { medium: 'email' }, 'M_MISSING_PARAMS'],
    ['threepid', { address: 'a@b.example' }, 'M_MISSING_PARAMS'],
    ['threepid', 'a@b.example', 'M_INVALID_PARAM'],
    ['threepid', { medium: 'fax', address: '1' }, 'M_INVALID_PARAM'],
    ['threepid', { medium: 'email', address: 'no address' }, 'M_INVALID_PARAM'],
    ['mxid', 'alice', 'M_INVALID_PARAM'],
    ['sid', 'a b', 'M_INVALID_PARAM'],
  ])('refuses the %s %j', async (name, value, errcode) => {
    expectError(await unbind(content({ [name]: value })), 400, errcode)
    expect(await stillThere()).toBe(true)
  })
})
