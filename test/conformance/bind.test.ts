import nacl from 'tweetnacl'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canonicalJson } from '../../src/matrix/canonical-json.ts'
import { member, startIdentityWorld, type IdentityWorld } from '../support/identity-world.ts'
import { expectError } from '../support/matrix-error.ts'

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

const bind = (json: object, as = token) => world.api.post('/v2/3pid/bind', { token: as, json })
let count = 0
const freshAddress = () => `person${++count}@example.com`

describe('POST /3pid/bind', () => {
  it('answers with the association, signed by the key that pubkey names', async () => {
    const address = freshAddress()
    const session = await world.validateEmail(token, address)
    const answer = await bind({ ...session, mxid: alice })
    const { signatures, ...association } = answer.body as {
      signatures: Record<string, Record<string, string>>
    }
    const now = world.clock.now()
    expect(answer.status).toBe(200)
    expect(association).toEqual({
      medium: 'email',
      address,
      mxid: alice,
      ts: now,
      not_before: now,
      not_after: now + 100 * 365 * DAY_MS,
    })
    const publicKey = member((await world.api.get('/v2/pubkey/ed25519:0')).body, 'public_key')
    const signature = signatures['example.org']?.['ed25519:0'] ?? ''
    expect(
      nacl.sign.detached.verify(
        Buffer.from(canonicalJson(association)),
        Buffer.from(signature, 'base64'),
        Buffer.from(publicKey, 'base64'),
      ),
    ).toBe(true)
  })

  it('is found by the next lookup', async () => {
    const address = freshAddress()
    await world.bind(token, alice, address)
    expect(await world.lookup(token, address)).toBe(alice)
  })

  it('publishes the canonical address, however it was typed', async () => {
    const session = await world.validateEmail(token, 'Maß@Example.COM')
    const { body } = await bind({ ...session, mxid: alice })
    expect(member(body, 'address')).toBe('mass@example.com')
    expect(await world.lookup(token, 'mass@example.com')).toBe(alice)
  })

  it('takes a form', async () => {
    const session = await world.validateEmail(token, freshAddress())
    const answer = await world.api.post('/v2/3pid/bind', { token, form: { ...session, mxid: alice } })
    expect(answer.body).toMatchObject({ mxid: alice })
  })

  it('replaces the association of whoever had the address before, and tells that address', async () => {
    const address = freshAddress()
    await world.bind(token, alice, address)
    const other = await world.login(bob)
    await world.bind(other, bob, address)
    expect(await world.lookup(token, address)).toBe(bob)
    await world.appliance.outbox.idle()
    const notices = world.mail.messages.filter(
      (mail) => mail.to.includes(address) && mail.parsed.text?.includes(bob),
    )
    expect(notices).toHaveLength(1)
  })

  it('is repeated without harm', async () => {
    const session = await world.validateEmail(token, freshAddress())
    await bind({ ...session, mxid: alice })
    expect((await bind({ ...session, mxid: alice })).status).toBe(200)
  })

  it.each([bob, '@alice:other.example', '@Alice:example.org'])(
    'refuses to publish for %s, who does not own the token, and publishes nothing',
    async (mxid) => {
      const address = freshAddress()
      const session = await world.validateEmail(token, address)
      expectError(await bind({ ...session, mxid }), 403, 'M_FORBIDDEN')
      expect(await world.lookup(token, address)).toBeNull()
    },
  )

  it('answers an unknown sid and a wrong secret alike, with 404 M_NO_VALID_SESSION', async () => {
    const session = await world.validateEmail(token, freshAddress())
    const unknown = await bind({ ...session, sid: 'unknown', mxid: alice })
    const wrong = await bind({ ...session, client_secret: 'wrong', mxid: alice })
    expectError(unknown, 404, 'M_NO_VALID_SESSION')
    expect([wrong.status, wrong.body]).toEqual([unknown.status, unknown.body])
  })

  it('answers M_SESSION_NOT_VALIDATED before the address is proven', async () => {
    const { token: _code, ...session } = await world.startEmail(token, freshAddress())
    expectError(await bind({ ...session, mxid: alice }), 400, 'M_SESSION_NOT_VALIDATED')
  })

  it('answers M_SESSION_EXPIRED a day after it was proven', async () => {
    const session = await world.validateEmail(token, freshAddress())
    world.clock.advance(DAY_MS)
    expectError(await bind({ ...session, mxid: alice }), 400, 'M_SESSION_EXPIRED')
  })

  it.each(['sid', 'client_secret', 'mxid'])('refuses a request without %s', async (name) => {
    const json = { sid: 'a', client_secret: 'b', mxid: alice, [name]: undefined }
    expectError(await bind(json), 400, 'M_MISSING_PARAMS')
  })

  it.each([
    ['mxid', 'alice'],
    ['mxid', ''],
    ['mxid', 7],
    ['mxid', `@${'a'.repeat(300)}:example.org`],
    ['sid', 'a b'],
    ['client_secret', 'ä'],
  ])('refuses the %s %j', async (name, value) => {
    expectError(
      await bind({ sid: 'a', client_secret: 'b', mxid: alice, [name]: value }),
      400,
      'M_INVALID_PARAM',
    )
  })

  it('answers M_FORBIDDEN while publishing is switched off', async () => {
    await world.configure({ associations: { bind: false } })
    const session = await world.validateEmail(token, freshAddress())
    expectError(await bind({ ...session, mxid: alice }), 403, 'M_FORBIDDEN')
    await world.configure()
  })
})
