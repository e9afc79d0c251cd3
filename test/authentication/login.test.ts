import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startInterceptWorld, versions, type InterceptWorld } from '../intercepts/support/world.ts'
import { json } from '../support/http-peer.ts'
import { school } from '../backends/support/school.ts'

const password = (localpart: string) => school.find((one) => one.localpart === localpart)?.password ?? ''
const path = '/_matrix/client/v3/login'

describe('a login through Signpost', () => {
  let world: InterceptWorld
  beforeAll(async () => {
    world = await startInterceptWorld({
      authentication: {
        enabled: true,
        rewrite: [
          { match: '[0-9]{3}', medium: 'email', address: 'carol_$0%@school.example' },
          { match: '.+@.+', medium: 'email' },
          { match: '\\+?([0-9]{6,})', medium: 'msisdn', address: '$1' },
        ],
      },
    })
  })
  afterAll(() => world?.stop())
  beforeEach(() => world.homeserver.intercept('/login', null))

  const logIn = (body: unknown, to = path) =>
    world.api.post(to, { json: body, headers: { 'user-agent': 'Element', 'accept-language': 'de' } })
  const lastSent = () => JSON.parse(world.homeserver.asked('/login').at(-1)?.body ?? '{}') as unknown
  const withPassword = (identifier: unknown, more: object = {}) => ({
    type: 'm.login.password',
    ...(identifier === null ? {} : { identifier }),
    password: password('anna'),
    ...more,
  })

  const asAnna: readonly (readonly [string, unknown])[] = [
    [
      'an e-mail address',
      withPassword({ type: 'm.id.thirdparty', medium: 'email', address: 'Anna@School.example' }),
    ],
    [
      'a phone number as it is dialled',
      withPassword({ type: 'm.id.phone', country: 'DE', phone: '0170 1234567' }),
    ],
    [
      'a phone number as old clients send it',
      withPassword({ type: 'm.id.phone', country: 'DE', number: '01701234567' }),
    ],
    [
      'the old members for an address',
      withPassword(null, { medium: 'email', address: 'anna@school.example' }),
    ],
    ['the old member for a user', withPassword(null, { user: 'Anna' })],
    ['a user name in capitals', withPassword({ type: 'm.id.user', user: 'ANNA' })],
    [
      'an address in the field for the user',
      withPassword({ type: 'm.id.user', user: 'anna@school.example' }),
    ],
    ['a number that a rule takes apart', withPassword({ type: 'm.id.user', user: '+491701234567' })],
  ]
  test.each(asAnna)('with %s signs the right user in', async (_what, body) => {
    const answer = await logIn(body)
    expect(answer).toMatchObject({ status: 200, body: { user_id: '@anna:example.org' } })
    expect(lastSent()).toEqual(withPassword({ type: 'm.id.user', user: 'anna' }))
  })

  test.each(versions)('works for clients of %s, with a trailing slash, too', async (version) => {
    const body = withPassword({ type: 'm.id.thirdparty', medium: 'email', address: 'anna@school.example' })
    expect(await logIn(body, `/_matrix/client/${version}/login`)).toMatchObject({ status: 200 })
    expect(await logIn(body, `/_matrix/client/${version}/login/`)).toMatchObject({ status: 200 })
    expect(world.homeserver.asked('/login').at(-1)?.url).toBe(`/_matrix/client/${version}/login`)
  })

  test('keeps whatever else the client says', async () => {
    const more = {
      device_id: 'D1',
      initial_device_display_name: 'Phone',
      refresh_token: true,
      'org.x': { y: [1] },
    }
    await logIn(withPassword({ type: 'm.id.user', user: 'Anna' }, more))
    expect(lastSent()).toEqual(withPassword({ type: 'm.id.user', user: 'anna' }, more))
  })

  test('uses a rule with groups for people who know only their number', async () => {
    const body = {
      type: 'm.login.password',
      identifier: { type: 'm.id.user', user: '100' },
      password: password('carol'),
    }
    expect(await logIn(body)).toMatchObject({ status: 200, body: { user_id: '@carol:example.org' } })
  })

  const untouched: readonly (readonly [string, string])[] = [
    ['a login token', '{"type":"m.login.token", "token":"right"}'],
    ['single sign-on', '{"type":"m.login.sso","session":"x"}'],
    [
      'an application service',
      '{"type":"m.login.application_service","identifier":{"type":"m.id.user","user":"Bot"}}',
    ],
    [
      'an address that nobody knows',
      '{"type":"m.login.password","identifier":{"type":"m.id.thirdparty","medium":"email","address":"x@y.example"},"password":"p"}',
    ],
    [
      'a kind of identifier of the future',
      '{"type":"m.login.password","identifier":{"type":"org.card","number":"1"},"password":"p"}',
    ],
    [
      'a user of another server',
      '{"type":"m.login.password","identifier":{"type":"m.id.user","user":"@Anna:Other.org"},"password":"p"}',
    ],
  ]
  test.each(untouched)('passes %s on as it came, to the byte', async (_what, text) => {
    await world.api.post(path, { body: text })
    expect(world.homeserver.asked('/login').at(-1)?.body).toBe(text)
  })

  test('asks the homeserver which ways there are, and answers what it says', async () => {
    const answer = await world.api.get(path)
    expect(answer).toMatchObject({
      status: 200,
      body: { flows: [{ type: 'm.login.sso' }, { type: 'm.login.password' }] },
    })
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
  })

  test('gives the answer of the homeserver back with its status, body and what clients look at', async () => {
    const body = { errcode: 'M_LIMIT_EXCEEDED', error: 'Slow down', retry_after_ms: 1234, 'org.x': 1 }
    world.homeserver.intercept(
      '/login',
      json(429, body, { 'retry-after': '2', 'set-cookie': 'a=b', connection: 'close, x-hop', 'x-hop': '1' }),
    )
    const answer = await logIn(withPassword({ type: 'm.id.user', user: 'anna' }))
    expect(answer).toMatchObject({ status: 429, body })
    expect(answer.headers.get('retry-after')).toBe('2')
    expect(answer.headers.get('set-cookie')).toBeNull()
    expect(answer.headers.get('x-hop')).toBeNull()
  })

  test('tells the homeserver of the client: its one address, its program, its language', async () => {
    await world.configure({ authentication: { enabled: true } })
    await world.api.post(path, {
      json: withPassword({ type: 'm.id.user', user: 'anna' }),
      headers: {
        ...{ 'x-forwarded-for': '198.51.100.7', 'user-agent': 'Element', 'accept-language': 'de' },
        ...{ cookie: 'secret=1', te: 'trailers', 'proxy-authorization': 'Basic x', 'x-synapse-trick': '1' },
      },
    })
    const { headers } = world.homeserver.asked('/login').at(-1) ?? { headers: {} }
    expect(headers).toMatchObject({
      'x-forwarded-for': '198.51.100.7',
      'user-agent': 'Element',
      'accept-language': 'de',
      host: new URL(world.homeserver.url).host,
    })
    for (const name of ['cookie', 'te', 'proxy-authorization', 'x-synapse-trick'])
      expect(headers).not.toHaveProperty(name)
  })

  test('says which member of the body it could not read, and asks nobody', async () => {
    const before = world.homeserver.peer.seen.length
    for (const body of ['{', '{"type":"m.login.password","x":NaN}', '[]', '\ufeff{}']) {
      expect(await world.api.post(path, { body })).toMatchObject({ status: 400 })
    }
    expect(world.homeserver.peer.seen.length).toBe(before)
  })

  test('is not there before it is configured', async () => {
    await world.configure({ authentication: { enabled: false } })
    expect(await world.api.get(path)).toMatchObject({ status: 404, body: { errcode: 'M_UNRECOGNIZED' } })
    expect(await logIn({ type: 'm.login.token', token: 'right' })).toMatchObject({ status: 404 })
  })
})
