import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createAsk } from '../../src/demo/ask.ts'
import { createExchangeLog } from '../../src/demo/exchange.ts'
import { startDemoHomeserver, type DemoHomeserver } from '../../src/demo/homeserver.ts'
import { signingKeyFromSeed, signJson } from '../../src/matrix/signing.ts'
import { systemRandom } from '../../src/system.ts'

const identityServer = 'id.example'
const key = signingKeyFromSeed('ed25519:0', Buffer.alloc(32, 1))
const otherKey = signingKeyFromSeed('ed25519:0', Buffer.alloc(32, 2))
const bob = '@bob:linden.example'
const roomId = '!trip:linden.example'

let homeserver: DemoHomeserver
let keyCheck: { readonly url: string; answer: unknown; readonly asked: string[]; close(): void }

/** What an identity server says about its keys. */
async function startKeyCheck(): Promise<typeof keyCheck> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(new URL(request.url ?? '', 'http://x').searchParams.get('public_key') ?? '')
    response.end(JSON.stringify(check.answer))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/isvalid`
  const check = { url, answer: { valid: true } as unknown, asked, close: () => void server.close() }
  return check
}

beforeEach(async () => {
  const log = createExchangeLog()
  homeserver = await startDemoHomeserver({
    name: 'linden.example',
    random: systemRandom,
    ask: createAsk(log),
    log,
  })
  keyCheck = await startKeyCheck()
  const waiting = [
    {
      token: 'the token',
      display_name: 'b...@p...',
      public_keys: [{ public_key: key.publicKey, key_validity_url: keyCheck.url }],
    },
  ]
  homeserver.state.rooms.set(roomId, { id: roomId, name: 'Trip', members: new Map(), waiting })
})

afterEach(async () => {
  await homeserver.switchOff()
  keyCheck.close()
})

const membership = () => homeserver.state.rooms.get(roomId)?.members.get(bob)

async function onbind(signed: object, mxid = bob): Promise<{ status: number; errcode: unknown }> {
  const response = await fetch(`${homeserver.url}/_matrix/federation/v1/3pid/onbind`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ invites: [{ mxid, room_id: roomId, signed }] }),
  })
  const { errcode } = (await response.json()) as { errcode?: unknown }
  return { status: response.status, errcode }
}

const signedBy = (signer: typeof key, body: object = { mxid: bob, token: 'the token' }) =>
  signJson(body, identityServer, signer)

describe('An invitation that an identity server hands over', () => {
  test('becomes a membership when a key of the room signed it and that key is valid', async () => {
    expect(await onbind(signedBy(key))).toEqual({ status: 200, errcode: undefined })
    expect(membership()).toBe('invite')
    expect(keyCheck.asked).toEqual([key.publicKey])
  })

  test('is refused when another key signed it, without a question about any key', async () => {
    expect(await onbind(signedBy(otherKey))).toEqual({ status: 403, errcode: 'M_FORBIDDEN' })
    expect(membership()).toBeUndefined()
    expect(keyCheck.asked).toEqual([])
  })

  test('is refused when it was changed after it was signed', async () => {
    const changed = { ...signedBy(key, { mxid: '@eve:linden.example', token: 'the token' }), mxid: bob }
    expect(await onbind(changed)).toEqual({ status: 403, errcode: 'M_FORBIDDEN' })
    expect(membership()).toBeUndefined()
  })

  test('is refused when it is signed for somebody else', async () => {
    const forEve = signedBy(key, { mxid: '@eve:linden.example', token: 'the token' })
    expect(await onbind(forEve)).toEqual({ status: 403, errcode: 'M_FORBIDDEN' })
    expect(membership()).toBeUndefined()
  })

  test.each([[{ valid: false }], [{}], ['nonsense']])(
    'is refused when the key was revoked: the key check answers %j',
    async (answer) => {
      keyCheck.answer = answer
      expect(await onbind(signedBy(key))).toEqual({ status: 403, errcode: 'M_FORBIDDEN' })
      expect(keyCheck.asked).toEqual([key.publicKey])
      expect(membership()).toBeUndefined()
    },
  )

  test('counts once: the same one again is refused', async () => {
    await onbind(signedBy(key))
    expect(await onbind(signedBy(key))).toEqual({ status: 403, errcode: 'M_FORBIDDEN' })
    expect(membership()).toBe('invite')
  })
})

describe('The stand-in homeserver', () => {
  test('vouches for the owner of an OpenID token it issued, and for nobody else', async () => {
    const userInfo = async (token: string) => {
      const path = `/_matrix/federation/v1/openid/userinfo?access_token=${token}`
      const response = await fetch(homeserver.url + path)
      return { status: response.status, body: await response.json() }
    }
    const token = homeserver.state.issueToken('openid', bob)
    const accessToken = homeserver.state.issueToken('access', bob)
    expect(await userInfo(token)).toEqual({ status: 200, body: { sub: bob } })
    expect(await userInfo(accessToken)).toMatchObject({ status: 401 })
    expect(await userInfo('made-up')).toMatchObject({ status: 401 })
  })

  test('lets nobody into a room who is not invited', async () => {
    const token = homeserver.state.issueToken('access', bob)
    const response = await fetch(`${homeserver.url}/_matrix/client/v3/rooms/${roomId}/join`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    })
    expect(response.status).toBe(403)
    expect(membership()).toBeUndefined()
  })

  test('answers nobody while it is switched off, and knows everything when it is back', async () => {
    await homeserver.switchOff()
    await expect(onbind(signedBy(key))).rejects.toThrow('fetch failed')
    await homeserver.switchOn()
    expect(await onbind(signedBy(key))).toMatchObject({ status: 200 })
  })
})
