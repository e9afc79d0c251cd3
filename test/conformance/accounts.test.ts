import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { member, policies, startIdentityWorld, type IdentityWorld } from '../support/identity-world.ts'
import { expectError } from '../support/matrix-error.ts'

let world: IdentityWorld
beforeAll(async () => {
  world = await startIdentityWorld()
})
afterAll(() => world.stop())

const register = (matrix_server_name: unknown, access_token: unknown) =>
  world.api.post('/v2/account/register', {
    json: { access_token, token_type: 'Bearer', matrix_server_name, expires_in: 3600 },
  })

describe('POST /account/register', () => {
  afterEach(() => world.homeserver.fail('openid', null))

  it('exchanges an OpenID token for a token of this server', async () => {
    const { name, openIdToken } = world.homeserver
    const answer = await register(name, openIdToken('@alice:example.org'))
    const token = member(answer.body, 'token')
    expect(answer.status).toBe(200)
    expect(token).toMatch(/^[\w-]{43}$/)
    expect((await world.api.get('/v2/account', { token })).body).toEqual({ user_id: '@alice:example.org' })
  })

  it('also says `access_token`, as clients from before r0.3.0 expect', async () => {
    const { body } = await register('example.org', world.homeserver.openIdToken('@alice:example.org'))
    expect(member(body, 'access_token')).toBe(member(body, 'token'))
  })

  it('takes a request without token_type and expires_in, as clients send it', async () => {
    const access_token = world.homeserver.openIdToken('@alice:example.org')
    const json = { access_token, matrix_server_name: 'example.org' }
    expect((await world.api.post('/v2/account/register', { json })).status).toBe(200)
  })

  it('gives every registration a token of its own', async () => {
    const [one, two] = [await world.login('@bob:example.org'), await world.login('@bob:example.org')]
    expect(one).not.toBe(two)
    await world.api.post('/v2/account/logout', { token: one })
    expect((await world.api.get('/v2/account', { token: two })).status).toBe(200)
  })

  it.each(['access_token', 'matrix_server_name'])('refuses a request without %s', async (name) => {
    const json = { access_token: 'a', matrix_server_name: 'example.org', [name]: undefined }
    expectError(await world.api.post('/v2/account/register', { json }), 400, 'M_MISSING_PARAMS')
  })

  it.each([
    ['an access_token that is no text', { access_token: 7, matrix_server_name: 'example.org' }],
    ['a matrix_server_name that is no text', { access_token: 'a', matrix_server_name: ['example.org'] }],
    [
      'a token_type other than Bearer',
      { access_token: 'a', matrix_server_name: 'example.org', token_type: 'MAC' },
    ],
  ])('refuses %s', async (_what, json) => {
    expectError(await world.api.post('/v2/account/register', { json }), 400, 'M_INVALID_PARAM')
  })

  it('answers 401 M_UNAUTHORIZED for a token the homeserver does not know', async () => {
    expectError(await register('example.org', 'invented'), 401, 'M_UNAUTHORIZED')
  })

  it('does not believe a homeserver that vouches for the user of another one', async () => {
    const forged = world.otherHomeserver.openIdToken('@alice:example.org')
    expectError(await register('other.example', forged), 401, 'M_UNAUTHORIZED')
  })

  it.each([
    '@alice:example.org.evil',
    '@alice:evil-example.org',
    '@alice:EXAMPLE.org',
    'alice',
    '@alice',
    '',
  ])('does not believe the homeserver that the user is called `%s`', async (userId) => {
    expectError(await register('example.org', world.homeserver.openIdToken(userId)), 401, 'M_UNAUTHORIZED')
  })

  it.each([500, 404, 429, 302, 'html', 'reset'] as const)(
    'answers 502 M_UNKNOWN when the homeserver fails with %s',
    async (failure) => {
      world.homeserver.fail('openid', failure)
      expectError(await register('example.org', 'token'), 502, 'M_UNKNOWN')
    },
  )

  it.each([
    '',
    'a b',
    'http://example.org',
    'example.org/path',
    'example.org:99999',
    'exa_mple.org',
    '@a:b.org',
    '-'.repeat(300),
    '127.0.0.1.5@x',
  ])('refuses `%s` as a server name', async (name) => {
    expectError(await register(name, 'token'), 400, 'M_INVALID_PARAM')
  })

  it.each(['127.0.0.1', 'localhost', '[::1]:8448', '169.254.169.254', '10.0.0.1:80', '0.0.0.0'])(
    'never connects to the private address %s',
    async (name) => {
      expectError(await register(name, 'token'), 400, 'M_INVALID_PARAM')
    },
  )

  it('does not follow an OpenID token into the path or the query of the request', async () => {
    expectError(await register('example.org', '../../x?access_token=y&#'), 401, 'M_UNAUTHORIZED')
  })

  it('answers 403 M_FORBIDDEN for a homeserver that is not on the list', async () => {
    await world.configure({ accounts: { homeservers: ['example.org'] } })
    const foreign = world.otherHomeserver.openIdToken('@o:other.example')
    expectError(await register('other.example', foreign), 403, 'M_FORBIDDEN')
    await world.configure()
    expect((await register('other.example', foreign)).status).toBe(200)
  })
})

describe('GET /account and POST /account/logout', () => {
  it('names the owner of the token', async () => {
    const token = await world.login('@carol:other.example')
    const answer = await world.api.get('/v2/account', { token })
    expect([answer.status, answer.body]).toEqual([200, { user_id: '@carol:other.example' }])
  })

  it('ends the token, at once and for good', async () => {
    const token = await world.login('@dave:example.org')
    expect((await world.api.get('/v2/account', { token })).status).toBe(200)
    const answer = await world.api.post('/v2/account/logout', { token })
    expect([answer.status, answer.body]).toEqual([200, {}])
    expectError(await world.api.get('/v2/account', { token }), 401, 'M_UNAUTHORIZED')
  })

  it('answers a second logout with 401 M_UNKNOWN_TOKEN', async () => {
    const token = await world.login('@dave:example.org')
    await world.api.post('/v2/account/logout', { token })
    expectError(await world.api.post('/v2/account/logout', { token }), 401, 'M_UNKNOWN_TOKEN')
  })

  it('takes an empty JSON object as its body, and none', async () => {
    const first = await world.login('@dave:example.org')
    expect((await world.api.post('/v2/account/logout', { token: first, json: {} })).status).toBe(200)
    const second = await world.login('@dave:example.org')
    expect((await world.api.post('/v2/account/logout', { query: { access_token: second } })).status).toBe(200)
  })

  it('answers 401 M_UNAUTHORIZED to a logout without a token', async () => {
    expectError(await world.api.post('/v2/account/logout'), 401, 'M_UNAUTHORIZED')
  })
})

describe('terms', () => {
  const privacy = (version: string) => ({
    version,
    en: { name: 'Privacy policy', url: `https://example.org/privacy-${version}-en` },
    de: { name: 'Datenschutz', url: `https://example.org/privacy-${version}-de` },
  })
  const rules = { version: '2', en: { name: 'Rules', url: 'https://example.org/rules' } }
  const accept = (token: string, user_accepts: unknown) =>
    world.api.post('/v2/terms', { token, json: { user_accepts } })
  const status = async (token: string) => (await world.api.get('/v2/account', { token })).status

  beforeAll(() => world.configure({ terms: policies({ privacy: privacy('1'), rules }) }))
  afterEach(() => world.configure({ terms: policies({ privacy: privacy('1'), rules }) }))
  afterAll(() => world.configure())

  it('are none, and stop nobody, while none are configured', async () => {
    await world.configure()
    const answer = await world.api.get('/v2/terms')
    expect([answer.status, answer.body]).toEqual([200, { policies: {} }])
    expect(await status(await world.login('@t0:example.org'))).toBe(200)
  })

  it('are listed with every language, without a token', async () => {
    const { body } = await world.api.get('/v2/terms')
    expect(body).toEqual({ policies: { privacy: privacy('1'), rules } })
  })

  it('have to be accepted before anything but terms and logout', async () => {
    const token = await world.login('@t1:example.org')
    const gated = [
      world.api.get('/v2/account', { token }),
      world.api.get('/v2/hash_details', { token }),
      world.api.post('/v2/lookup', { token, json: {} }),
      world.api.post('/v2/validate/email/requestToken', { token, json: {} }),
      world.api.post('/v2/validate/email/submitToken', { token, json: {} }),
      world.api.post('/v2/validate/msisdn/requestToken', { token, json: {} }),
      world.api.post('/v2/validate/msisdn/submitToken', { token, json: {} }),
      world.api.get('/v2/3pid/getValidated3pid', { token }),
      world.api.post('/v2/3pid/bind', { token, json: {} }),
      world.api.post('/v2/store-invite', { token, json: {} }),
      world.api.post('/v2/sign-ed25519', { token, json: {} }),
    ]
    for (const answer of await Promise.all(gated)) expectError(answer, 403, 'M_TERMS_NOT_SIGNED')
    expect((await world.api.post('/v2/account/logout', { token })).status).toBe(200)
  })

  it('are accepted in one language for all, and in several steps', async () => {
    const token = await world.login('@t2:example.org')
    const first = await accept(token, ['https://example.org/privacy-1-de'])
    expect([first.status, first.body]).toEqual([200, {}])
    expect(await status(token)).toBe(403)
    await accept(token, ['https://example.org/rules'])
    expect(await status(token)).toBe(200)
  })

  it('stay accepted for every later token of the user, and for no other user', async () => {
    const all = ['https://example.org/privacy-1-en', 'https://example.org/rules']
    await accept(await world.login('@t3:example.org'), all)
    expect(await status(await world.login('@t3:example.org'))).toBe(200)
    expect(await status(await world.login('@t3:other.example'))).toBe(403)
  })

  it('have to be accepted again when a policy moves to new documents, and the old ones count no more', async () => {
    const token = await world.login('@t4:example.org')
    await accept(token, ['https://example.org/privacy-1-en', 'https://example.org/rules'])
    expect(await status(token)).toBe(200)
    await world.configure({ terms: policies({ privacy: privacy('2'), rules }) })
    expectError(await world.api.get('/v2/account', { token }), 403, 'M_TERMS_NOT_SIGNED')
    expectError(await accept(token, ['https://example.org/privacy-1-en']), 400, 'M_INVALID_PARAM')
    await accept(token, ['https://example.org/privacy-2-en'])
    expect(await status(token)).toBe(200)
  })

  it('lock nobody out whose client sees nothing new to accept, when a version changes but no document', async () => {
    const token = await world.login('@t5:example.org')
    await accept(token, ['https://example.org/privacy-1-en', 'https://example.org/rules'])
    await world.configure({ terms: policies({ privacy: { ...privacy('1'), version: '1.1' }, rules }) })
    expect(await status(token)).toBe(200)
  })

  it('are not accepted by a list with an unknown document, none of it', async () => {
    const token = await world.login('@t6:example.org')
    const list = [
      'https://example.org/privacy-1-en',
      'https://example.org/rules',
      'https://example.org/other',
    ]
    expectError(await accept(token, list), 400, 'M_INVALID_PARAM')
    expect(await status(token)).toBe(403)
  })

  it('may be accepted twice, in a list with repetitions, or not at all', async () => {
    const token = await world.login('@t7:example.org')
    for (const list of [
      [],
      ['https://example.org/rules', 'https://example.org/rules'],
      ['https://example.org/rules'],
    ]) {
      expect((await accept(token, list)).status).toBe(200)
    }
  })

  it('may be accepted as one text, as some clients send it', async () => {
    const token = await world.login('@t8:example.org')
    expect((await accept(token, 'https://example.org/rules')).status).toBe(200)
  })

  it.each([[null], [7], [[7]], [{}]])('refuses %j as user_accepts', async (list) => {
    const token = await world.login('@t9:example.org')
    expectError(await accept(token, list), 400, list === null ? 'M_MISSING_PARAMS' : 'M_INVALID_PARAM')
  })
})
