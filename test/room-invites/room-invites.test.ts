import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ApiAnswer } from '../support/api-client.ts'
import { eventually } from '../support/poll.ts'
import { startInterceptWorld, versions, type InterceptWorld } from '../intercepts/support/world.ts'

const room = 'rooms/!a%3Aexample.org'
const byAddress = { id_server: 'x', id_access_token: 'y', medium: 'email', address: 'x@y.example' }
const refused = { status: 403, body: { errcode: 'M_FORBIDDEN' } }

describe('invitations by address', () => {
  let world: InterceptWorld
  let hopeless: Promise<ApiAnswer>
  beforeAll(async () => {
    world = await startInterceptWorld({
      roomInvites: { enabled: true, roles: ['teachers'], users: ['@zo*:example.org'] },
    })
    // Waited for in the last test; the time until then is used by the others.
    world.homeserver.intercept('/rooms/!silent%3Aexample.org/invite', () => {})
    hopeless = send('zoe', 'POST', 'rooms/!silent%3Aexample.org/invite', byAddress)
    const asked = () => world.homeserver.asked('/rooms/!silent%3Aexample.org/invite').length > 0
    await eventually(asked, { what: 'the homeserver to be asked' })
  })
  afterAll(() => world?.stop())

  const send = (user: string | null, method: string, tail: string, json: unknown, version = 'v3') =>
    world.api.request(method, `/_matrix/client/${version}/${tail}`, {
      json,
      ...(user === null ? {} : { token: world.homeserver.tokenOf(user) }),
    })

  describe.each(versions)('under %s', (version) => {
    test.each([
      ['POST', `${room}/invite`, byAddress],
      ['POST', `${room}/invite/`, byAddress],
      ['PUT', `${room}/invite/transaction`, byAddress],
      ['POST', 'createRoom', { invite_3pid: [byAddress] }],
      ['POST', 'createRoom/', { invite_3pid: [byAddress] }],
      ['PUT', 'createRoom/transaction', { invite_3pid: [byAddress] }],
    ])('are for those who have the role: %s %s', async (method, tail, body) => {
      const before = world.homeserver.peer.seen.length
      expect(await send('bob', method, tail, body, version)).toMatchObject(refused)
      expect(world.homeserver.peer.seen.slice(before).map(({ url }) => url)).not.toContainEqual(
        expect.stringContaining(tail.split('/')[0] ?? ''),
      )
      expect(await send('anna', method, tail, body, version)).toMatchObject({ status: 200 })
      expect(JSON.parse(world.homeserver.peer.seen.at(-1)?.body ?? '')).toEqual(body)
    })
  })

  test('can be allowed to single users', async () => {
    expect(await send('zoe', 'POST', `${room}/invite`, byAddress)).toMatchObject({ status: 200 })
  })

  test.each([
    ['a spelling that homeservers in Go take', `${room}/invite`, { Medium: 'email', Address: 'x@y.example' }],
    ['half of the members', `${room}/invite`, { address: 'x@y.example', user_id: '@a:b' }],
    ['a single one instead of a list', 'createRoom', { INVITE_3PID: byAddress }],
  ])('cannot be smuggled past: %s', async (_what, tail, body) => {
    expect(await send('bob', 'POST', tail, body)).toMatchObject(refused)
  })

  test('cannot be smuggled past in a body that only a homeserver reads', async () => {
    const token = world.homeserver.tokenOf('bob')
    for (const body of ['{"medium":"email","address":"x@y.example","z":NaN}', '', '[]', '{"medium":']) {
      expect(await world.api.post(`/_matrix/client/v3/${room}/invite`, { token, body })).toMatchObject({
        status: 400,
      })
    }
    const encoded = { token, json: byAddress }
    expect(await world.api.post(`/_matrix/client/v3/${room}/%69nvite`, encoded)).toMatchObject({
      status: 400,
    })
  })

  test.each([
    ['POST', `${room}/invite`, { user_id: '@anna:example.org' }],
    ['POST', 'createRoom', { preset: 'private_chat', invite: ['@anna:example.org'], invite_3pid: [] }],
    ['PUT', `${room}/state/invite/x`, { medium: 'email' }],
    ['PUT', `${room}/state/org.example/invite`, { medium: 'email' }],
  ])('are all that is looked at: %s %s passes for everybody', async (method, tail, body) => {
    expect(await send('bob', method, tail, body)).toMatchObject({ status: 200 })
    expect(JSON.parse(world.homeserver.peer.seen.at(-1)?.body ?? '')).toEqual(body)
  })

  test('need a token that the homeserver knows; its answer is given back', async () => {
    expect(await send(null, 'POST', `${room}/invite`, byAddress)).toMatchObject({
      status: 401,
      body: { errcode: 'M_MISSING_TOKEN' },
    })
    expect(await send('nobody', 'POST', `${room}/invite`, byAddress)).toMatchObject({
      status: 401,
      body: { errcode: 'M_UNKNOWN_TOKEN', soft_logout: true },
    })
  })

  test('are paced', async () => {
    await world.configure({
      roomInvites: { enabled: true, users: ['*'] },
      rateLimits: { enabled: true, invitePerAccount: { perMinute: 1, burst: 3 } },
    })
    const many = { invite_3pid: [byAddress, byAddress, byAddress] }
    expect(await send('bob', 'POST', 'createRoom', many)).toMatchObject({ status: 200 })
    expect(await send('bob', 'POST', `${room}/invite`, byAddress)).toMatchObject({ status: 429 })
    expect(await send('anna', 'POST', `${room}/invite`, byAddress)).toMatchObject({ status: 200 })
  })

  test('wait for a directory that is down, and say so', async () => {
    await world.configure({ roomInvites: { enabled: true, roles: ['pupils'] } })
    await world.stopDirectory()
    const answer = await send('carol', 'POST', `${room}/invite`, byAddress)
    expect(answer).toMatchObject({ status: 503, body: { errcode: 'M_UNKNOWN' } })
    expect(answer.text).toContain('Try again later')
  })

  test('end at a homeserver that keeps silent, before the reverse proxy gives up (after a minute)', async () => {
    expect(await hopeless).toMatchObject({ status: 504, body: { errcode: 'M_UNKNOWN' } })
  })
})
