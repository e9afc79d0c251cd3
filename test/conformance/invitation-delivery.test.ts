import nacl from 'tweetnacl'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { expireInvitations } from '../../src/invitations/expire.ts'
import { canonicalJson } from '../../src/matrix/canonical-json.ts'
import { invitationKeyIn, startIdentityWorld, type IdentityWorld } from '../support/identity-world.ts'
import { expectError } from '../support/matrix-error.ts'
import { eventually } from '../support/poll.ts'
import type { SeenOnbind } from '../support/stand-in-homeserver.ts'
import { createTestRuntime } from '../support/test-runtime.ts'
import { freshAddress, inviteRequest, type Key, type Stored } from './support/store-invite.ts'

const alice = '@alice:example.org'
const DAY_MS = 86_400_000
let world: IdentityWorld
let token: string
beforeAll(async () => {
  world = await startIdentityWorld()
  token = await world.login(alice)
  await world.bind(token, alice, 'alice@example.com')
})
afterAll(() => world.stop())
afterEach(() => world.configure())

const request = (changes: object = {}) => inviteRequest(alice, changes)
const invite = (json: object) => world.api.post('/v2/store-invite', { token, json })
const store = async (changes: object = {}) => {
  const answer = await invite(request(changes))
  if (answer.status !== 200) throw new Error(answer.text)
  return answer.body as Stored
}
const mailsTo = async (address: string) => {
  await world.appliance.outbox.idle()
  return world.mail.messages.filter((mail) => mail.to.includes(address))
}
const isValid = async (key: Key) => {
  const path = key.key_validity_url.replace('https://id.example.org', '')
  return (await world.api.get(path, { query: { public_key: key.public_key } })).body
}

describe('an invitation whose address is bound', () => {
  it('is handed to the homeserver of the new owner, signed by the key that stands in the room and nothing else, once', async () => {
    const address = freshAddress()
    const stored = await store({ address })
    const mxid = '@new:other.example'
    await world.bind(await world.login(mxid), mxid, address)
    world.clock.advance(5_000)
    world.appliance.outbox.wake()
    const find = () => world.otherHomeserver.onbinds.filter(({ body }) => body.address === address)
    const [seen] = await eventually(() => find().length > 0 && find(), { what: 'the onbind' })
    await world.appliance.outbox.idle()
    expect(find()).toHaveLength(1)
    expect(seen?.method).toBe('POST')
    const { signed, ...rest } = seen?.body.invites[0] ?? noInvite
    expect(rest).toEqual({ medium: 'email', address, mxid, sender: alice, room_id: '!room:example.org' })
    const { signatures, ...content } = signed
    expect(content).toEqual({ mxid, token: stored.token })
    const all = Object.values(signatures['example.org'] ?? {})
    expect(all.map((signature) => isSignature(content, signature, stored.public_keys[0].public_key))).toEqual(
      [true],
    )
    for (const key of stored.public_keys) expect(await isValid(key)).toEqual({ valid: true })
  })

  it('waits again when the address is given up before it could be handed over', async () => {
    const address = freshAddress()
    await store({ address })
    world.otherHomeserver.fail('onbind', 500)
    const mxid = '@early:other.example'
    const own = await world.login(mxid)
    const session = await world.validateEmail(own, address)
    await world.api.post('/v2/3pid/bind', { token: own, json: { ...session, mxid } })
    await world.api.post('/v2/3pid/unbind', {
      json: { ...session, mxid, threepid: { medium: 'email', address } },
    })
    world.otherHomeserver.fail('onbind', null)
    const heir = '@heir:other.example'
    await world.bind(await world.login(heir), heir, address)
    world.clock.advance(60_000)
    world.appliance.outbox.wake()
    await eventually(() => world.otherHomeserver.onbinds.some(({ body }) => body.address === address), {
      what: 'the onbind for the next owner',
    })
    await world.appliance.outbox.idle()
    const owners = world.otherHomeserver.onbinds
      .filter(({ body }) => body.address === address)
      .map(({ body }) => body.mxid)
    expect(owners).toEqual([heir])
  })
})

describe('an invitation that nobody takes up', () => {
  it('expires, and its keys with it', async () => {
    const stored = await store()
    world.clock.advance(30 * DAY_MS)
    const runtime = { ...createTestRuntime(), clock: world.clock }
    await expireInvitations(world.appliance.storage, runtime, null)
    for (const key of stored.public_keys) expect(await isValid(key)).toEqual({ valid: false })
    const json = { mxid: alice, token: stored.token, private_key: 'A'.repeat(43) }
    expectError(await world.api.post('/v2/sign-ed25519', { token, json }), 404, 'M_UNRECOGNIZED')
  })
})

describe('POST /sign-ed25519', () => {
  async function open() {
    const address = freshAddress()
    const stored = await store({ address })
    const [mail] = await mailsTo(address)
    return { stored, private_key: invitationKeyIn(mail) }
  }
  const sign = (json: object) => world.api.post('/v2/sign-ed25519', { token, json })

  it('signs exactly mxid, sender and token with the key of the invitation', async () => {
    const { stored, private_key } = await open()
    const answer = await sign({
      mxid: '@guest:other.example',
      token: stored.token,
      private_key,
      extra: 'ignored',
    })
    expect(answer.status).toBe(200)
    const { signatures, ...signed } = answer.body as { signatures: Record<string, Record<string, string>> }
    expect(signed).toEqual({ mxid: '@guest:other.example', sender: alice, token: stored.token })
    const [signature = ''] = Object.values(signatures['example.org'] ?? {})
    expect(isSignature(signed, signature, stored.public_keys[1].public_key)).toBe(true)
    expect(isSignature(signed, signature, stored.public_keys[0].public_key)).toBe(false)
  })

  it('takes the key in every base64 spelling', async () => {
    const { stored, private_key } = await open()
    const bytes = Buffer.from(private_key, 'base64url')
    for (const spelling of [bytes.toString('base64'), bytes.toString('base64').replace('=', '')]) {
      expect((await sign({ mxid: alice, token: stored.token, private_key: spelling })).status).toBe(200)
    }
  })

  it('on v1 takes the query string with the body `null`, and without a body', async () => {
    const { stored, private_key } = await open()
    const query = { mxid: '@guest:example.org', token: stored.token, private_key }
    const headers = { 'content-type': 'application/json' }
    const withNull = await world.api.post('/api/v1/sign-ed25519', { query, body: 'null', headers })
    expect(withNull.body).toMatchObject({ mxid: '@guest:example.org', sender: alice, token: stored.token })
    expect((await world.api.post('/api/v1/sign-ed25519', { query })).body).toEqual(withNull.body)
  })

  it('answers 404 M_UNRECOGNIZED for a token that is not known', async () => {
    const { private_key } = await open()
    expectError(await sign({ mxid: alice, token: 'unknown', private_key }), 404, 'M_UNRECOGNIZED')
  })

  it('signs nothing with the key of another invitation, and never with the long-term key', async () => {
    const [one, two] = [await open(), await open()]
    expectError(
      await sign({ mxid: alice, token: one.stored.token, private_key: two.private_key }),
      400,
      'M_INVALID_PARAM',
    )
  })

  it.each([
    ['private_key', 'not base64!'],
    ['private_key', 'AAAA'],
    ['private_key', ''],
    ['private_key', 7],
    ['mxid', 'alice'],
    ['token', 7],
  ])('refuses the %s %j', async (name, value) => {
    const json = { mxid: alice, token: 'x', private_key: 'A'.repeat(43), [name]: value }
    expectError(await sign(json), 400, 'M_INVALID_PARAM')
  })

  it.each(['mxid', 'token', 'private_key'])('refuses a request without %s', async (name) => {
    const json = { mxid: alice, token: 'x', private_key: 'A'.repeat(43), [name]: undefined }
    expectError(await sign(json), 400, 'M_MISSING_PARAMS')
  })
})

const noInvite: SeenOnbind['body']['invites'][number] = {
  room_id: '',
  sender: '',
  signed: { mxid: '', token: '', signatures: {} },
}

function isSignature(content: object, signature: string, publicKey: string): boolean {
  return nacl.sign.detached.verify(
    Buffer.from(canonicalJson(content)),
    Buffer.from(signature, 'base64'),
    Buffer.from(publicKey, 'base64url'),
  )
}
