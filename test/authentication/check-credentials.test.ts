import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { school } from '../backends/support/school.ts'
import { startInterceptWorld, type InterceptWorld } from '../intercepts/support/world.ts'

const path = '/_matrix-internal/identity/v1/check_credentials'
const password = school.find(({ localpart }) => localpart === 'anna')?.password ?? ''

describe('the question of a password provider', () => {
  let world: InterceptWorld
  beforeAll(async () => {
    world = await startInterceptWorld({ authentication: { provider: { enabled: true } } })
  })
  afterAll(() => world?.stop())

  const ask = (user: unknown, headers: Record<string, string> = {}) =>
    world.api.post(path, { json: { user }, headers })
  const refused = { status: 200, body: { auth: { success: false } } }

  test('is answered with the profile, in the form that modules index', async () => {
    const answer = await ask({ id: '@anna:example.org', password })
    expect(answer).toMatchObject({ status: 200 })
    expect(answer.body).toEqual({
      auth: {
        success: true,
        mxid: '@anna:example.org',
        display_name: 'Anna Meier',
        profile: {
          display_name: 'Anna Meier',
          three_pids: [
            { medium: 'email', address: 'anna.meier@school.example' },
            { medium: 'email', address: 'anna@school.example' },
            { medium: 'msisdn', address: '491701234567' },
          ],
        },
      },
    })
  })

  test('can name an address instead, as the module of Signpost does', async () => {
    const user = { medium: 'email', address: 'Anna@School.Example', password }
    expect(await ask(user)).toMatchObject({ body: { auth: { success: true, mxid: '@anna:example.org' } } })
    expect(await ask({ ...user, password: 'wrong' })).toMatchObject(refused)
    expect(await ask({ ...user, address: 'nobody@school.example' })).toMatchObject(refused)
    expect(await ask({ ...user, medium: 'x' })).toMatchObject(refused)
  })

  test.each([
    ['a wrong password', { id: '@anna:example.org', password: 'wrong' }],
    ['a user whom nobody knows', { id: '@nobody:example.org', password: 'wrong' }],
    ['a user of another server, where the local part is one of ours', { id: '@anna:other.org', password }],
    ['capitals, of which a module would make a second account', { id: '@Anna:example.org', password }],
    ['no password', { id: '@anna:example.org', password: '' }],
  ])('is answered alike for %s', async (_what, user) => {
    const answer = await ask(user)
    expect(answer).toMatchObject(refused)
    expect(answer.body).toEqual(refused.body)
  })

  test.each([
    ['no user', {}, 'M_BAD_JSON'],
    ['no password member', { user: { id: '@anna:example.org' } }, 'M_MISSING_PARAMS'],
    ['no Matrix ID', { user: { id: 'anna', password: 'x' } }, 'M_INVALID_PARAM'],
  ])('is refused with %s', async (_what, json, errcode) => {
    expect(await world.api.post(path, { json })).toMatchObject({ status: 400, body: { errcode } })
  })

  test('is for the homeserver alone: neither other addresses nor a wrong secret get an answer', async () => {
    const user = { id: '@anna:example.org', password }
    expect(await ask(user, { 'x-forwarded-for': '198.51.100.7' })).toMatchObject({ status: 403 })

    await world.configure({ authentication: { provider: { enabled: true, secret: 'the secret' } } })
    expect(await ask(user)).toMatchObject({ status: 403, body: { errcode: 'M_FORBIDDEN' } })
    expect(await ask(user, { authorization: 'Bearer the secret!' })).toMatchObject({ status: 403 })
    expect(await ask(user, { authorization: 'Bearer the secret' })).toMatchObject({
      body: { auth: { success: true } },
    })

    await world.configure({ authentication: { provider: { enabled: true, allow: ['10.0.0.0/8'] } } })
    expect(await ask(user)).toMatchObject({ status: 403 })
    await world.configure({ authentication: {} })
    expect(await ask(user)).toMatchObject({ status: 404, body: { errcode: 'M_UNRECOGNIZED' } })
  })

  test('is no verdict while the directory is down: the homeserver goes on with its own database', async () => {
    await world.configure({ authentication: { provider: { enabled: true } } })
    await world.stopDirectory()
    expect(await ask({ id: '@anna:example.org', password })).toMatchObject(refused)
  })
})
