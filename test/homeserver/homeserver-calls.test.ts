import { createServer, type Server } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createFederationClient, type FederationClient } from '../../src/homeserver/federation-client.ts'
import { createOnbind } from '../../src/homeserver/onbind.ts'
import { createOpenId } from '../../src/homeserver/openid.ts'
import { createServerKeys } from '../../src/homeserver/server-keys.ts'
import { encodeBase64 } from '../../src/matrix/base64.ts'
import { signJson, signingKeyFromSeed } from '../../src/matrix/signing.ts'
import { createServerDiscovery } from '../../src/net/server-discovery.ts'
import { freePort } from '../support/free-port.ts'
import { json, startHttpPeer, type HttpPeer } from '../support/http-peer.ts'
import { createOutgoing, manualClock } from '../support/outgoing.ts'

let homeserver: HttpPeer
const servers: Server[] = []

beforeAll(async () => {
  homeserver = await startHttpPeer()
})
afterAll(() => homeserver.close())
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})
let seenBefore = 0
beforeEach(() => {
  seenBefore = homeserver.seen.length
})
const seen = () => homeserver.seen.slice(seenBefore)

/** `example.org` is pinned to this port; nothing else can be found. */
function federation(port = homeserver.port, timeoutMs = 2_000): FederationClient {
  const { http, resolver } = createOutgoing({ timeoutMs })
  const wellKnown = { lookup: async () => null }
  const pins = { 'example.org': `http://127.0.0.1:${port}` }
  return createFederationClient({ http, discovery: createServerDiscovery({ pins, wellKnown, resolver }) })
}

async function rawServer(onConnection: Parameters<typeof createServer>[1]): Promise<number> {
  const server = createServer(onConnection)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as { port: number }).port
}

describe('the OpenID check', () => {
  const ask = (client = federation(), name = 'example.org') =>
    createOpenId({ federation: client }).userInfo(name, 't&+ö')

  it('returns the user the homeserver vouches for, and encodes the token', async () => {
    homeserver.handle(json(200, { sub: '@alice:example.org' }))
    expect(await ask()).toBe('@alice:example.org')
    expect(seen()[0]?.url).toBe('/_matrix/federation/v1/openid/userinfo?access_token=t%26%2B%C3%B6')
  })

  it.each([
    ['of another server', '@alice:other.org'],
    ['of the same name in other letters', '@alice:Example.org'],
    ['of a name that only ends alike', '@alice:x.example.org'],
    ['with a second colon', '@alice:other.org:example.org'],
    ['with another port', '@alice:example.org:8448'],
    ['that is none', 'alice'],
  ])('never believes a user %s', async (_what, sub) => {
    homeserver.handle(json(200, { sub }))
    await expect(ask()).rejects.toMatchObject({ errcode: 'M_UNAUTHORIZED', status: 401 })
  })

  it.each([
    ['a refused token', 401, { errcode: 'M_UNKNOWN_TOKEN' }, 'M_UNAUTHORIZED', 401],
    ['an error of the homeserver', 500, {}, 'M_UNKNOWN', 502],
    ['a missing endpoint', 404, {}, 'M_UNKNOWN', 502],
    ['an answer without user', 200, {}, 'M_UNKNOWN', 502],
    ['a user of the wrong type', 200, { sub: 7 }, 'M_UNKNOWN', 502],
    ['an answer above 5 KiB', 200, { sub: '@alice:example.org', pad: 'x'.repeat(5_200) }, 'M_UNKNOWN', 502],
  ])('reports %s', async (_what, status, body, errcode, answered) => {
    homeserver.handle(json(status, body))
    await expect(ask()).rejects.toMatchObject({ name: 'MatrixError', errcode, status: answered })
  })

  it('reports an unreachable homeserver without its address', async () => {
    const error: Error = (await ask(federation(await freePort())).catch((reason: Error) => reason)) as Error
    expect(error).toMatchObject({ errcode: 'M_UNKNOWN', status: 502 })
    expect(error.message).toContain('accepts no connection')
    expect(error.message).not.toContain('127.0.0.1')
  })

  it('reports a silent homeserver as a timeout', async () => {
    homeserver.handle(() => undefined)
    await expect(ask(federation(homeserver.port, 300))).rejects.toMatchObject({
      errcode: 'M_UNKNOWN',
      status: 504,
    })
  })

  it.each(['127.0.0.1', '[::1]:8448', 'not a name', '', 'a.org/x'])(
    'refuses %j as the server',
    async (name) => {
      await expect(ask(federation(), name)).rejects.toMatchObject({ errcode: 'M_INVALID_PARAM', status: 400 })
    },
  )
})

describe('onbind', () => {
  const body = { medium: 'email', address: 'a@example.org', mxid: '@a:example.org', invites: [] }
  const send = (client = federation()) => createOnbind({ federation: client }).send('example.org', body)

  it('is sent by POST and accepted', async () => {
    homeserver.handle(json(200, {}))
    expect(await send()).toEqual({ result: 'accepted' })
    expect(seen()).toMatchObject([{ method: 'POST', url: '/_matrix/federation/v1/3pid/onbind' }])
    expect(JSON.parse(seen()[0]?.body ?? '')).toEqual(body)
  })

  it.each([405, 404])('is sent by PUT when POST gives %i', async (status) => {
    homeserver.handle((request, response) =>
      json(request.method === 'PUT' ? 200 : status, {})(request, response),
    )
    expect(await send()).toEqual({ result: 'accepted' })
    expect(seen().map(({ method }) => method)).toEqual(['POST', 'PUT'])
  })

  it.each([400, 403])('is refused for good by %i', async (status) => {
    homeserver.handle(json(status, { errcode: 'M_FORBIDDEN', error: 'no' }))
    expect(await send()).toMatchObject({ result: 'refused', status, errcode: 'M_FORBIDDEN' })
    expect(seen()).toHaveLength(1)
  })

  it.each([404, 405, 500, 502, 503])('may be sent again after %i', async (status) => {
    homeserver.handle(json(status, { errcode: 'M_UNKNOWN', error: 'no' }))
    expect(await send()).toMatchObject({ result: 'retry' })
  })

  it.each([500, 502, 504])('has an unknown outcome when a proxy answers %i in its place', async (status) => {
    homeserver.handle((_request, response) => {
      response.writeHead(status, { 'content-type': 'text/html' }).end('<h1>Bad Gateway</h1>')
    })
    expect(await send()).toMatchObject({ result: 'unknown' })
  })

  it.each([
    [401, { errcode: 'M_UNAUTHORIZED' }],
    [403, {}],
    [403, 'Forbidden by the firewall'],
    [400, {}],
    [302, {}],
  ])('is not refused by %i with %j: these are not a homeserver’s own last words', async (status, body) => {
    homeserver.handle(json(status, body))
    expect(await send()).toMatchObject({ result: 'retry', wholeServer: true })
  })

  it('is the server’s trouble when it is busy, and the invitation’s when it fails over it', async () => {
    homeserver.handle(json(429, { errcode: 'M_LIMIT_EXCEEDED' }))
    expect(await send()).toMatchObject({ result: 'retry', wholeServer: true })
    homeserver.handle(json(500, { errcode: 'M_UNKNOWN' }))
    expect(await send()).toMatchObject({ result: 'retry', wholeServer: false })
    expect(await send(federation(await freePort()))).toMatchObject({ result: 'retry', wholeServer: true })
  })

  it('is not taken for accepted by a web page that says 200', async () => {
    homeserver.handle((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>This domain is for sale</h1>')
    })
    expect(await send()).toMatchObject({ result: 'unknown', wholeServer: true })
  })

  it('waits as long as a 429 says, in the header or in the body', async () => {
    homeserver.handle(json(429, { errcode: 'M_LIMIT_EXCEEDED', retry_after_ms: 1500 }))
    expect(await send()).toMatchObject({ result: 'retry', retryAfterMs: 1500 })
    homeserver.handle(json(429, {}, { 'retry-after': '7' }))
    expect(await send()).toMatchObject({ result: 'retry', retryAfterMs: 7000 })
  })

  it('may be sent again when nobody listens', async () => {
    expect(await send(federation(await freePort()))).toMatchObject({ result: 'retry' })
  })

  it('has an unknown outcome when the connection is reset after the request', async () => {
    const port = await rawServer((socket) => socket.once('data', () => socket.resetAndDestroy()))
    expect(await send(federation(port))).toMatchObject({ result: 'unknown' })
  })

  it('has an unknown outcome when no answer comes', async () => {
    homeserver.handle(() => undefined)
    expect(await send(federation(homeserver.port, 300))).toMatchObject({ result: 'unknown' })
  })
})

describe('the keys of a homeserver', () => {
  const key = signingKeyFromSeed('ed25519:1', Buffer.alloc(32, 1))
  const other = signingKeyFromSeed('ed25519:1', Buffer.alloc(32, 2))
  const day = 86_400_000
  const setUp = () => {
    const clock = manualClock()
    return { clock, keys: createServerKeys({ federation: federation(), clock }) }
  }
  const document = (now: number, more: object = {}) => ({
    server_name: 'example.org',
    valid_until_ts: now + day,
    verify_keys: { [key.id]: { key: key.publicKey } },
    old_verify_keys: {},
    ...more,
  })

  it('are fetched once and kept', async () => {
    const { keys, clock } = setUp()
    homeserver.handle(json(200, signJson(document(clock.now()), 'example.org', key)))
    const found = await Promise.all([keys.key('example.org', key.id), keys.key('example.org', key.id)])
    expect([...found, await keys.key('example.org', key.id)]).toEqual(Array(3).fill(key.publicKey))
    expect(seen().map(({ url }) => url)).toEqual(['/_matrix/key/v2/server'])
  })

  it.each([
    ['that nobody signed', (now: number) => document(now)],
    ['signed by another key', (now: number) => signJson(document(now), 'example.org', other)],
    ['signed in another name', (now: number) => signJson(document(now), 'other.org', key)],
    [
      'of another server',
      (now: number) => signJson(document(now, { server_name: 'other.org' }), 'example.org', key),
    ],
    [
      'that ran out',
      (now: number) => signJson(document(now, { valid_until_ts: now - 1 }), 'example.org', key),
    ],
    [
      'changed after signing',
      (now: number) => ({ ...signJson(document(now), 'example.org', key), valid_until_ts: now + 2 * day }),
    ],
    [
      'listed as old only',
      (now: number) =>
        signJson(
          document(now, {
            verify_keys: {},
            old_verify_keys: { [key.id]: { key: key.publicKey, expired_ts: 1 } },
          }),
          'example.org',
          key,
        ),
    ],
    [
      'with a key that is none',
      (now: number) => document(now, { verify_keys: { [key.id]: { key: encodeBase64(Buffer.alloc(5)) } } }),
    ],
  ])('are never believed in a document %s', async (_what, make) => {
    const { keys, clock } = setUp()
    homeserver.handle(json(200, make(clock.now())))
    expect(await keys.key('example.org', key.id)).toBeNull()
  })

  it('are used for seven days at most', async () => {
    const { keys, clock } = setUp()
    homeserver.handle(
      json(
        200,
        signJson(document(clock.now(), { valid_until_ts: clock.now() + 365 * day }), 'example.org', key),
      ),
    )
    await keys.key('example.org', key.id)
    clock.advance(7 * day - 1)
    expect(await keys.key('example.org', key.id)).toBe(key.publicKey)
    expect(seen()).toHaveLength(1)
    clock.advance(1)
    await keys.key('example.org', key.id)
    expect(seen()).toHaveLength(2)
  })

  it('are asked for again once a minute at most for an unknown key id', async () => {
    const { keys, clock } = setUp()
    homeserver.handle(json(200, signJson(document(clock.now()), 'example.org', key)))
    for (const id of ['ed25519:a', 'ed25519:b', 'ed25519:c'])
      expect(await keys.key('example.org', id)).toBeNull()
    expect(seen()).toHaveLength(1)
    clock.advance(60_000)
    await keys.key('example.org', 'ed25519:d')
    expect(seen()).toHaveLength(2)
  })

  it('stay known while their server is away, and an unknown one is an error then', async () => {
    const { keys, clock } = setUp()
    homeserver.handle(json(200, signJson(document(clock.now()), 'example.org', key)))
    await keys.key('example.org', key.id)
    homeserver.handle(json(500, {}))
    clock.advance(60_000)
    await expect(keys.key('example.org', 'ed25519:new')).rejects.toMatchObject({ name: 'HttpFailure' })
    expect(await keys.key('example.org', key.id)).toBe(key.publicKey)
  })
})
