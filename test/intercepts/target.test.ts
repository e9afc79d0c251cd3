import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startInterceptWorld, versions, type InterceptWorld } from './support/world.ts'

/** What `fetch` would tidy up: the target goes out as it is written. */
function send(base: string, method: string, target: string, headers: Record<string, string | string[]> = {}) {
  const { hostname, port } = new URL(base)
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const sent = httpRequest({ hostname, port, method, path: target, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
      )
    })
    sent.on('error', reject).end()
  })
}

describe('a request between client and homeserver', () => {
  let world: InterceptWorld
  beforeAll(async () => {
    world = await startInterceptWorld({
      authentication: { enabled: true },
      profile: { enabled: true },
      roomInvites: { enabled: true, users: ['*'] },
    })
  })
  afterAll(() => world?.stop())
  const at = (method: string, target: string, headers?: Record<string, string | string[]>) =>
    send(world.appliance.publicAddress, method, target, headers)

  const tricks = [
    '/_matrix/client/v3//login',
    '//_matrix/client/v3/login',
    '/_matrix/client/v3/%6cogin',
    '/_matrix/client/%763/login',
    '/_matrix/client/v3/login//',
    '/_matrix/client/v3/profile/%61nna',
    '/_matrix/client/v3/profile/a%2Db',
    '/_matrix/client/v3/profile/..',
    '/_matrix/client/v3/profile/%2e%2e/%2e%2e/admin',
    '/_matrix/client/v3/profile/.%2E/x',
    '/_matrix/client/v3/profile/a\\..\\b',
    '/_matrix/client/v3/profile/a%5c..%5cb',
    '/_matrix/client/v3/profile/a//b',
    '/_matrix/client/v3/profile/@a:b%00',
  ]
  test.each(tricks)('is refused when its path can be read in two ways: %s', async (target) => {
    const before = world.homeserver.peer.seen.length
    expect([400, 404]).toContain((await at('GET', target)).status)
    expect(world.homeserver.peer.seen.length).toBe(before)
  })

  const kept = [
    '/_matrix/client/v3/profile/%40a%2Fb%3Aexample.org/displayname?q=%20&r=%2F..%2F',
    '/_matrix/client/r0/profile/@%C3%A4;+=:example.org',
    '/_matrix/client/v3/login?redirect=https%3A%2F%2Fx%2F%3Fa=b&x=/../y',
  ]
  test.each(kept)('keeps every byte of %s', async (target) => {
    await at('GET', target)
    expect(world.homeserver.peer.seen.at(-1)?.url).toBe(target)
  })

  test.each(versions)('reaches the room that %s names', async (version) => {
    const sent = await world.api.post(`/_matrix/client/${version}/rooms/!a%2Fb%3Aexample.org/invite`, {
      token: world.homeserver.tokenOf('anna'),
      json: { user_id: '@bob:example.org' },
    })
    expect(sent.status).toBe(200)
    expect(world.homeserver.peer.seen.at(-1)?.url).toBe(
      `/_matrix/client/${version}/rooms/!a%2Fb%3Aexample.org/invite`,
    )
  })

  test('is refused with two tokens, of which one would be looked at and the other used', async () => {
    const before = world.homeserver.peer.seen.length
    const target = '/_matrix/client/v3/profile/@anna:example.org'
    const both = [
      at('GET', `${target}?access_token=a`, { authorization: 'Bearer b' }),
      at('GET', `${target}?access_token=a&access_token=b`),
      at('GET', target, { authorization: ['Bearer a', 'Bearer b'] }),
    ]
    for (const answer of await Promise.all(both)) expect(answer).toMatchObject({ status: 401 })
    expect(world.homeserver.peer.seen.length).toBe(before)
  })

  test('is answered with CORS headers, whatever becomes of it, and preflights at once', async () => {
    for (const path of [
      '/_matrix/client/v3/login',
      '/_matrix/client/v3/createRoom',
      '/_matrix/client/r0/profile/..%2f',
    ]) {
      for (const method of ['OPTIONS', 'GET', 'POST', 'DELETE']) {
        const { headers } = await world.api.request(method, path)
        expect(headers.get('access-control-allow-origin')).toBe('*')
      }
    }
  })
})
