import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { invitationKeyIn, member, startIdentityWorld, type IdentityWorld } from '../support/identity-world.ts'
import { expectError } from '../support/matrix-error.ts'
import { eventually } from '../support/poll.ts'
import { freshAddress, inviteRequest, type Stored } from './support/store-invite.ts'

const alice = '@alice:example.org'
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
const invite = (json: object, as = token) => world.api.post('/v2/store-invite', { token: as, json })
const store = async (changes: object = {}) => {
  const answer = await invite(request(changes))
  if (answer.status !== 200) throw new Error(answer.text)
  return answer.body as Stored
}
const mailsTo = async (address: string) => {
  await world.appliance.outbox.idle()
  return world.mail.messages.filter((mail) => mail.to.includes(address))
}

describe('POST /store-invite', () => {
  it('answers a token, the keys with their validity URLs, and a shortened name', async () => {
    const answer = await invite(request({ address: 'Carol@Example.com' }))
    const longTerm = member((await world.api.get('/v2/pubkey/ed25519:0')).body, 'public_key')
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({
      token: expect.stringMatching(/^[0-9a-zA-Z.=_-]{40,255}$/),
      public_keys: [
        {
          public_key: longTerm,
          key_validity_url: expect.stringMatching(
            /^https:\/\/id\.example\.org\/_matrix\/identity\/v2\/pubkey\/isvalid\/[\w-]+$/,
          ),
        },
        {
          public_key: expect.stringMatching(/^[\w-]{43}$/),
          key_validity_url: 'https://id.example.org/_matrix/identity/v2/pubkey/ephemeral/isvalid',
        },
      ],
      display_name: 'Car...@Exa...',
    })
  })

  it('gives every invitation a token, a key and a validity URL of its own', async () => {
    const [one, two] = [await store(), await store()]
    expect(one.token).not.toBe(two.token)
    expect(one.public_keys[1].public_key).not.toBe(two.public_keys[1].public_key)
    expect(one.public_keys[0].key_validity_url).not.toBe(two.public_keys[0].key_validity_url)
  })

  it('mails the invited person who invites to what', async () => {
    const address = freshAddress()
    await store({ address, room_name: 'Choir', sender_display_name: 'Alice A.', room_type: 'm.space' })
    const [mail] = await mailsTo(address)
    expect(mail?.parsed.text).toContain('Alice A.')
    expect(mail?.parsed.text).toContain('Choir')
    expect(invitationKeyIn(mail)).not.toBe('')
  })

  it.each(['medium', 'address', 'room_id', 'sender'])('refuses a request without %s', async (name) => {
    for (const value of [undefined, null]) {
      expectError(await invite(request({ [name]: value })), 400, 'M_MISSING_PARAMS')
    }
  })

  it.each([
    ['address', '', 'M_INVALID_EMAIL'],
    ['address', 'no address', 'M_INVALID_EMAIL'],
    ['address', 'a@b@c.example', 'M_INVALID_EMAIL'],
    ['address', 'a@b.example\r\nBcc: c@d.example', 'M_INVALID_EMAIL'],
    ['address', 7, 'M_INVALID_PARAM'],
    ['address', 'x'.repeat(501), 'M_INVALID_PARAM'],
    ['room_id', '', 'M_INVALID_PARAM'],
    ['room_id', ['!a:b'], 'M_INVALID_PARAM'],
    ['room_id', 'x'.repeat(256), 'M_INVALID_PARAM'],
    ['sender', 'alice', 'M_INVALID_PARAM'],
    ['sender', 7, 'M_INVALID_PARAM'],
    ['medium', 'fax', 'M_UNRECOGNIZED'],
    ['medium', '', 'M_UNRECOGNIZED'],
    ['medium', 'Email', 'M_UNRECOGNIZED'],
  ])('refuses the %s %j', async (name, value, errcode) => {
    expectError(await invite(request({ [name]: value })), 400, errcode)
  })

  it('takes what Synapse sends for everything it does not know: empty text and null', async () => {
    const unknown = {
      room_alias: '',
      room_avatar_url: null,
      room_name: '',
      room_join_rules: '',
      sender_avatar_url: null,
    }
    const more = { sender_display_name: null, room_type: null, 'org.matrix.web_client_location': '' }
    expect((await invite(request({ ...unknown, ...more }))).status).toBe(200)
  })

  it('takes parameters that nobody specified, of any type', async () => {
    const more = { 'org.example.thing': { a: [1, 2.5, null] }, flag: true, number: 7 }
    expect((await invite(request(more))).status).toBe(200)
  })

  it('takes a room_id that begins with a dollar sign, as some clients send it', async () => {
    expect((await invite(request({ room_id: '$event:example.org' }))).status).toBe(200)
  })

  it('takes an address with spaces around it, as it was typed', async () => {
    const address = freshAddress()
    await store({ address: ` ${address} ` })
    expect(await mailsTo(address)).toHaveLength(1)
  })

  it('refuses a sender who does not own the token, and keeps nothing', async () => {
    const address = freshAddress()
    expectError(await invite(request({ address, sender: '@bob:example.org' })), 403, 'M_FORBIDDEN')
    expectError(await invite(request({ address, sender: '@alice:other.example' })), 403, 'M_FORBIDDEN')
    expect(await mailsTo(address)).toEqual([])
  })

  it('answers M_THREEPID_IN_USE with the Matrix ID of the owner, however the address is written', async () => {
    for (const address of ['alice@example.com', 'ALICE@Example.COM', ' alice@example.com ']) {
      const answer = await invite(request({ address }))
      expectError(answer, 400, 'M_THREEPID_IN_USE')
      expect(answer.body).toMatchObject({ mxid: alice })
    }
  })

  it('keeps an invitation for the owner of a bound address when it is told to deliver them', async () => {
    await world.configure({ invitations: { whenAlreadyBound: 'deliver' } })
    const before = await mailsTo('alice@example.com')
    const stored = await store({ address: 'alice@example.com', room_id: '!deliver:example.org' })
    world.clock.advance(5_000)
    world.appliance.outbox.wake()
    const onbind = await eventually(
      () => world.homeserver.onbinds.find(({ body }) => body.invites[0]?.signed.token === stored.token),
      { what: 'the onbind of the invitation' },
    )
    expect(onbind.body).toMatchObject({
      mxid: alice,
      invites: [{ room_id: '!deliver:example.org', sender: alice }],
    })
    expect(await mailsTo('alice@example.com')).toHaveLength(before.length)
  })

  it('invites by phone number while text messages are sent, and refuses it otherwise', async () => {
    const stored = await store({ medium: 'msisdn', address: '447700900077' })
    expect(stored.display_name).toBe('447...')
    await world.appliance.outbox.idle()
    expect(world.sms.seen.at(-1)?.url).toContain('447700900077')
    await world.configure({ notifications: { sms: { transport: 'none' } } })
    expectError(await invite(request({ medium: 'msisdn', address: '447700900077' })), 400, 'M_UNRECOGNIZED')
  })

  it.each(['', '12', 'abc', '0044770090007x'])('refuses the phone number %j', async (address) => {
    expectError(await invite(request({ medium: 'msisdn', address })), 400, 'M_INVALID_ADDRESS')
  })
})

describe('display names', () => {
  it.each([
    ['carol@example.org', 'car...@exa...'],
    ['al@ex.org', 'a...@ex....'],
    ['a@example.org', '...@exa...'],
  ])('of %s is shortened', async (address, expected) => {
    expect((await store({ address })).display_name).toBe(expected)
  })

  it('show the whole address only when the operator wants it', async () => {
    await world.configure({ invitations: { fullDisplayName: true } })
    expect((await store({ address: 'Whole@example.com' })).display_name).toBe('Whole@example.com')
  })
})

describe('the same invitation again', () => {
  it('gives the same answer and no second mail, as after an answer that was lost', async () => {
    const address = freshAddress()
    const [first, second] = [await store({ address }), await store({ address: address.toUpperCase() })]
    expect({ ...second, display_name: first.display_name }).toEqual(first)
    expect(await mailsTo(address)).toHaveLength(1)
  })

  it('mails again when it is repeated after a while', async () => {
    const address = freshAddress()
    const first = await store({ address })
    world.clock.advance(10 * 60_000)
    expect((await store({ address })).token).toBe(first.token)
    expect(await mailsTo(address)).toHaveLength(2)
  })

  it('is another one for another room or another sender', async () => {
    const address = freshAddress()
    const bob = await world.login('@bob:example.org')
    const byBob = (await invite(request({ address, sender: '@bob:example.org' }), bob)).body
    const tokens = [
      (await store({ address })).token,
      (await store({ address, room_id: '!other:x' })).token,
      member(byBob, 'token'),
    ]
    expect(new Set(tokens).size).toBe(3)
  })

  it('is one for simultaneous requests', async () => {
    const address = freshAddress()
    const all = await Promise.all(Array.from({ length: 8 }, () => store({ address })))
    expect(new Set(all.map((each) => each.token)).size).toBe(1)
    expect(await mailsTo(address)).toHaveLength(1)
  })
})

describe('what the operator does not want delivered', () => {
  it.each([
    ['by homeserver', { homeservers: ['example.org'] }, {}],
    ['by room', { rooms: ['!room:example.org'] }, {}],
    ['by domain, in any letter case', { domains: ['EXAMPLE.com'] }, {}],
    ['by word, in any letter case', { keywords: ['CASINO'] }, { room_name: 'Best casino' }],
    ['by word, in a parameter nobody specified', { keywords: ['casino'] }, { extra: 'a Casino' }],
  ])('is refused %s', async (_way, blocked, changes) => {
    await world.configure({ invitations: { blocked } })
    const address = freshAddress()
    expectError(await invite(request({ address, ...changes })), 403, 'M_FORBIDDEN')
    expect(await mailsTo(address)).toEqual([])
  })

  it('does not concern others', async () => {
    const blocked = {
      homeservers: ['other.example'],
      rooms: ['!x:y'],
      domains: ['example.org'],
      keywords: ['casino'],
    }
    await world.configure({ invitations: { blocked } })
    expect((await invite(request({ room_name: 'Choir' }))).status).toBe(200)
  })
})

describe('caps', () => {
  it('on the invitations that wait for one address are 429 with Retry-After', async () => {
    await world.configure({ invitations: { maxPendingPerAddress: 2 } })
    const address = freshAddress()
    await store({ address, room_id: '!1:x' })
    await store({ address, room_id: '!2:x' })
    const answer = await invite(request({ address, room_id: '!3:x' }))
    expectError(answer, 429, 'M_LIMIT_EXCEEDED')
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/)
  })

  it('on the invitations of one sender are 429', async () => {
    await world.configure({ invitations: { maxPendingPerSender: 1 } })
    const sender = '@many:example.org'
    const own = await world.login(sender)
    expect((await invite(request({ sender }), own)).status).toBe(200)
    expectError(await invite(request({ sender }), own), 429, 'M_LIMIT_EXCEEDED')
  })
})
