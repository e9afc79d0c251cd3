import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { policies, startIdentityWorld, type IdentityWorld } from '../support/identity-world.ts'
import type { ApiAnswer } from '../support/api-client.ts'
import { expectError } from '../support/matrix-error.ts'

let world: IdentityWorld
let token: string
beforeAll(async () => {
  world = await startIdentityWorld({ server: { publicUrl: 'https://id.example.org', maxBodyBytes: 4096 } })
  token = await world.login('@alice:example.org')
})
afterAll(() => world.stop())

/** Every endpoint of v2, as in the index of the Identity Service API. */
const endpoints: readonly (readonly [method: 'GET' | 'POST', path: string, auth: 'token' | 'open'])[] = [
  ['GET', '/_matrix/identity/versions', 'open'],
  ['GET', '/v2', 'open'],
  ['POST', '/v2/account/register', 'open'],
  ['GET', '/v2/account', 'token'],
  ['POST', '/v2/account/logout', 'token'],
  ['GET', '/v2/terms', 'open'],
  ['POST', '/v2/terms', 'token'],
  ['GET', '/v2/hash_details', 'token'],
  ['POST', '/v2/lookup', 'token'],
  ['POST', '/v2/validate/email/requestToken', 'token'],
  ['POST', '/v2/validate/email/submitToken', 'token'],
  ['GET', '/v2/validate/email/submitToken', 'open'],
  ['POST', '/v2/validate/msisdn/requestToken', 'token'],
  ['POST', '/v2/validate/msisdn/submitToken', 'token'],
  ['GET', '/v2/validate/msisdn/submitToken', 'open'],
  ['GET', '/v2/3pid/getValidated3pid', 'token'],
  ['POST', '/v2/3pid/bind', 'token'],
  ['POST', '/v2/3pid/unbind', 'open'],
  ['POST', '/v2/store-invite', 'token'],
  ['POST', '/v2/sign-ed25519', 'token'],
  ['GET', '/v2/pubkey/ed25519:0', 'open'],
  ['GET', '/v2/pubkey/isvalid', 'open'],
  ['GET', '/v2/pubkey/ephemeral/isvalid', 'open'],
]
const withToken = endpoints.filter(([, , auth]) => auth === 'token')
const taken = new Map(Map.groupBy(endpoints, ([, path]) => path))

function expectCors(answer: ApiAnswer): void {
  expect(answer.headers.get('access-control-allow-origin')).toBe('*')
  expect(answer.headers.get('access-control-allow-methods')).toBe('GET, POST, PUT, DELETE, OPTIONS')
  expect(answer.headers.get('access-control-allow-headers')).toBe(
    'Origin, X-Requested-With, Content-Type, Accept, Authorization',
  )
}

describe('versions and ping', () => {
  it('names every supported version, the ones with the v1 API while that is on', async () => {
    const answer = await world.api.get('/_matrix/identity/versions')
    const v1 = Array.from({ length: 19 }, (_, index) => `v1.${index + 1}`)
    expect(answer.body).toEqual({ versions: ['r0.1.0', 'r0.2.0', 'r0.2.1', 'r0.3.0', ...v1] })
  })

  it('names no version with the v1 API while that is off', async () => {
    await world.configure({ identityV1: { enabled: false } })
    onTestFinished(() => world.configure())
    const { body } = await world.api.get('/_matrix/identity/versions')
    expect((body as { versions: string[] }).versions.filter((each) => each.startsWith('r'))).toEqual([])
  })

  it.each(['/v2', '/v2/', '/api/v1', '/api/v1/'])(
    'answers the ping at %s with an empty object',
    async (path) => {
      const answer = await world.api.get(path)
      expect([answer.status, answer.body]).toEqual([200, {}])
      expectCors(answer)
    },
  )
})

describe('CORS', () => {
  it.each(endpoints)('is on the answer of %s %s to a request without anything', async (method, path) => {
    expectCors(await world.api.request(method, path))
  })

  it.each(endpoints)(
    'preflight of %s %s is answered without token or endpoint logic',
    async (_method, path) => {
      const answer = await world.api.request('OPTIONS', path)
      expect([answer.status, answer.text]).toEqual([204, ''])
      expectCors(answer)
    },
  )

  it('preflight of an unknown path is answered', async () => {
    const answer = await world.api.request('OPTIONS', '/v2/nothing/here')
    expect(answer.status).toBe(204)
    expectCors(answer)
  })

  it.each([
    ['401', 'GET', '/v2/account', {}],
    ['404', 'GET', '/v2/nothing', {}],
    ['404', 'GET', '/somewhere/else', {}],
    ['405', 'DELETE', '/v2/account', {}],
    ['413', 'POST', '/v2/account/register', { body: 'x'.repeat(5000) }],
    ['400', 'GET', '/v2/pubkey/%zz', {}],
  ] as const)('is on a %s to %s %s', async (status, method, path, options) => {
    const answer = await world.api.request(method, path, options)
    expect(answer.status).toBe(Number(status))
    expectCors(answer)
  })

  it('is on a 403 and on a 429', async () => {
    await world.configure({
      terms: policies({ privacy: { version: '1', en: { name: 'Privacy', url: 'https://example.org/p' } } }),
      rateLimits: { enabled: true, registerPerIp: { perMinute: 1, burst: 1 } },
    })
    onTestFinished(() => world.configure())
    const refused = await world.api.get('/v2/account', { token })
    expectError(refused, 403, 'M_TERMS_NOT_SIGNED')
    expectCors(refused)
    await world.api.post('/v2/account/register', { json: {} })
    const limited = await world.api.post('/v2/account/register', { json: {} })
    expectError(limited, 429, 'M_LIMIT_EXCEEDED')
    expectCors(limited)
  })

  it('is on a 500, which says nothing about its cause', async () => {
    const broken = await startIdentityWorld()
    onTestFinished(() => broken.stop())
    await broken.appliance.storage.db.schema.dropTable('tokens').execute()
    const answer = await broken.api.get('/v2/account', { token: 'some-token' })
    expectError(answer, 500, 'M_UNKNOWN')
    expectCors(answer)
    expect(answer.text).not.toMatch(/sqlite|table|tokens/i)
  })
})

describe('unknown paths and methods', () => {
  it.each([
    '/v2/unknown',
    '/v3',
    '/api/v2',
    '/_matrix/identity/v2/account/nothing',
    '/admin',
    '/metrics',
    '/api/login',
  ])('%s is 404 M_UNRECOGNIZED', async (path) => {
    const full = path.startsWith('/v3') ? `/_matrix/identity${path}` : path
    expectError(await world.api.get(full), 404, 'M_UNRECOGNIZED')
    expectError(await world.api.post(full, { json: {} }), 404, 'M_UNRECOGNIZED')
  })

  it.each([...taken])('%s is 405 M_UNRECOGNIZED for every method it does not take', async (path, takes) => {
    const methods = takes.map(([method]) => method as string)
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'].filter(
      (each) => !methods.includes(each),
    )) {
      const answer = await world.api.request(method, path, { token })
      expectError(answer, 405, 'M_UNRECOGNIZED')
      for (const allowed of methods) expect(answer.headers.get('allow')).toContain(allowed)
    }
  })

  it('a wrong method is told before anything is asked of the token or the body', async () => {
    expectError(await world.api.request('PUT', '/v2/lookup', { body: '{' }), 405, 'M_UNRECOGNIZED')
  })
})

describe('paths', () => {
  it.each([
    '/v2/account/',
    '/v2//account',
    '//_matrix/identity/v2/account',
    '/_matrix//identity///v2/account/',
  ])('%s is the path without its needless slashes', async (path) => {
    expect((await world.api.get(path, { token })).body).toEqual({ user_id: '@alice:example.org' })
  })

  it.each(['ed25519:0', 'ed25519%3A0', 'ed25519%3a0'])(
    'a key is found by the id as written %s',
    async (id) => {
      const answer = await world.api.get(`/v2/pubkey/${id}`)
      expect(answer.body).toEqual({ public_key: expect.stringMatching(/^[A-Za-z0-9+/]{43}$/) })
    },
  )

  it('HEAD is taken where GET is, without a body', async () => {
    const answer = await world.api.request('HEAD', '/_matrix/identity/versions')
    expect([answer.status, answer.text]).toEqual([200, ''])
  })
})

describe('access tokens', () => {
  it.each(withToken)('%s %s refuses a request without one by 401 M_UNAUTHORIZED', async (method, path) => {
    expectError(await world.api.request(method, path), 401, 'M_UNAUTHORIZED')
  })

  it.each(withToken)('%s %s refuses an unknown one by 401', async (method, path) => {
    const errcode = path.endsWith('/logout') ? 'M_UNKNOWN_TOKEN' : 'M_UNAUTHORIZED'
    expectError(await world.api.request(method, path, { token: 'nobody-s' }), 401, errcode)
    expectError(await world.api.request(method, path, { query: { access_token: 'nobody-s' } }), 401, errcode)
  })

  it.each(withToken)('%s %s takes one by header', async (method, path) => {
    const own = await world.login('@header:example.org')
    expect((await world.api.request(method, path, { token: own })).status).not.toBe(401)
  })

  it.each(withToken)('%s %s takes one by query string', async (method, path) => {
    const own = await world.login('@query:example.org')
    const answer = await world.api.request(method, path, { query: { access_token: own } })
    expect(answer.status).not.toBe(401)
  })

  it('the header counts when both are there', async () => {
    const answer = await world.api.get('/v2/account', { token: 'wrong', query: { access_token: token } })
    expectError(answer, 401, 'M_UNAUTHORIZED')
  })

  it('the scheme is taken in any letter case', async () => {
    const answer = await world.api.get('/v2/account', { headers: { authorization: `bearer ${token}` } })
    expect(answer.status).toBe(200)
  })

  it.each(['Bearer', 'Bearer ', 'Basic YTpi', 'token'])(
    '`Authorization: %s` is no token',
    async (authorization) => {
      expectError(await world.api.get('/v2/account', { headers: { authorization } }), 401, 'M_UNAUTHORIZED')
    },
  )
})

describe('bodies', () => {
  const posts = endpoints.filter(([method, path]) => method === 'POST' && !path.endsWith('/logout'))

  it.each(posts)('%s %s refuses an empty body', async (method, path) => {
    expectError(await world.api.request(method, path, { token }), 400, 'M_NOT_JSON')
  })

  it.each(posts)('%s %s refuses a body that is no JSON', async (method, path) => {
    expectError(await world.api.request(method, path, { token, body: '{"a":' }), 400, 'M_NOT_JSON')
  })

  it.each(posts)('%s %s refuses JSON that is no object', async (method, path) => {
    for (const body of ['null', '[]', '"text"', '1', '[{}]']) {
      expectError(await world.api.request(method, path, { token, body }), 400, 'M_BAD_JSON')
    }
  })

  it.each(posts)('%s %s names what is missing in an empty object', async (method, path) => {
    expectError(await world.api.request(method, path, { token, json: {} }), 400, 'M_MISSING_PARAMS')
  })

  it.each(posts)('%s %s refuses a body above the limit by 413 M_TOO_LARGE', async (method, path) => {
    const answer = await world.api.request(method, path, { token, body: `{"a":"${'x'.repeat(5000)}"}` })
    expectError(answer, 413, 'M_TOO_LARGE')
  })

  it.each([
    'text/plain',
    'application/octet-stream',
    'application/json; charset=latin1',
    'nonsense',
    'a/b; c="',
    'application/json/more',
    ';',
    '',
  ])('are read as JSON with the Content-Type `%s`', async (type) => {
    const { lookup_pepper: pepper } = (await world.api.get('/v2/hash_details', { token })).body as {
      lookup_pepper: string
    }
    const answer = await world.api.post('/v2/lookup', {
      token,
      body: JSON.stringify({ algorithm: 'sha256', pepper, addresses: [] }),
      headers: type === '' ? {} : { 'content-type': type },
    })
    expect([answer.status, answer.body]).toEqual([200, { mappings: {} }])
  })

  const formRoutes = [
    '/v2/validate/email/requestToken',
    '/v2/validate/email/submitToken',
    '/v2/validate/msisdn/requestToken',
    '/v2/validate/msisdn/submitToken',
    '/v2/3pid/bind',
  ]
  const formTypes = ['application/x-www-form-urlencoded', 'application/x-form-www-urlencoded']

  it.each(formRoutes)('%s takes a form in both spellings of its media type', async (path) => {
    for (const type of formTypes) {
      const headers = { 'content-type': `${type}; charset=UTF-8` }
      const answer = await world.api.post(path, { token, body: 'client_secret=%20', headers })
      // The form was understood: what it lacks is named.
      expectError(answer, 400, 'M_MISSING_PARAMS')
      expect((answer.body as { error: string }).error).not.toContain('client_secret')
    }
  })

  it('a field that a form gives twice counts as missing', async () => {
    const answer = await world.api.post('/v2/3pid/bind', {
      token,
      body: 'sid=a&sid=b&client_secret=c&mxid=%40alice%3Aexample.org',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    expectError(answer, 400, 'M_MISSING_PARAMS')
    expect((answer.body as { error: string }).error).toContain('sid')
  })

  it.each(['/v2/lookup', '/v2/store-invite', '/v2/terms', '/v2/account/register', '/v2/3pid/unbind'])(
    '%s takes JSON only',
    async (path) => {
      expectError(await world.api.post(path, { token, form: { a: 'b' } }), 400, 'M_NOT_JSON')
    },
  )

  it.each(['__proto__', 'constructor', 'toString'])('a member named %s is only a member', async (name) => {
    const answer = await world.api.post('/v2/lookup', { token, body: `{"${name}":{"algorithm":"sha256"}}` })
    expectError(answer, 400, 'M_MISSING_PARAMS')
  })
})
