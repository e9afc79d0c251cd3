import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startInterceptWorld, type InterceptWorld } from '../intercepts/support/world.ts'

const client = '/_matrix/client/v3'

describe('passwords and tokens that pass through Signpost', () => {
  let world: InterceptWorld
  beforeAll(async () => {
    world = await startInterceptWorld(
      {
        authentication: { enabled: true, provider: { enabled: true, secret: 'pro7ider-secret' } },
        directory: { enabled: true },
        profile: { enabled: true, roles: true },
        registration: { enabled: true },
        roomInvites: { enabled: true, roles: ['teachers'] },
        activity: { requests: true, level: 'debug' },
        rateLimits: { enabled: true, signInPerAccount: { perMinute: 1, burst: 2 } },
      },
      { anna: { password: 'p4ssword-of-anna' } },
    )
  })
  afterAll(() => world?.stop())
  const logIn = (user: string, password: string, from = '192.0.2.1') =>
    world.api.post(`${client}/login`, {
      json: { type: 'm.login.password', identifier: { type: 'm.id.user', user }, password },
      headers: { 'x-forwarded-for': from },
    })

  test('cannot be guessed fast, from many addresses and in many spellings either', async () => {
    const spellings = ['dora', '@DORA:example.org', 'Dora', '@dora:example.org', 'DORA', 'dora']
    const guesses = await Promise.all(
      spellings.map((user, n) => logIn(user, `guess ${n}`, `192.0.2.${n + 10}`)),
    )
    expect(guesses.map(({ status }) => status).toSorted()).toEqual([403, 403, 429, 429, 429, 429])
    const slowed = guesses.find(({ status }) => status === 429)
    expect(slowed).toMatchObject({ body: { errcode: 'M_LIMIT_EXCEEDED' } })
    expect(slowed?.headers.get('retry-after')).toMatch(/^\d+$/)
    expect(world.homeserver.asked('/login')).toHaveLength(2)
  })

  test('are counted together, whichever way they are guessed', async () => {
    const ask = (id: string) =>
      world.api.post('/_matrix-internal/identity/v1/check_credentials', {
        json: { user: { id, password: 'guess' } },
        headers: { authorization: 'Bearer pro7ider-secret' },
      })
    expect((await logIn('erik', 'guess', '192.0.2.40')).status).toBe(403)
    expect(await ask('@erik:example.org')).toMatchObject({ status: 200, body: { auth: { success: false } } })
    expect((await logIn('ERIK', 'guess', '192.0.2.41')).status).toBe(429)
    expect((await ask('@erik:example.org')).status).toBe(429)
  })

  test('are in no line of the log and no row of the database, whatever goes wrong', async () => {
    const token = world.homeserver.tokenOf('anna')
    const invite = { medium: 'email', address: 'x@y.example' }
    await logIn('anna', 'p4ssword-of-anna')
    await logIn('bob', 'wr0ng-password')
    await world.api.post('/_matrix-internal/identity/v1/check_credentials', {
      json: { user: { id: '@anna:example.org', password: 'ch3cked-password' } },
      headers: { authorization: 'Bearer pro7ider-secret' },
    })
    await world.api.post(`${client}/user_directory/search`, {
      query: { access_token: token },
      json: { search_term: 'a' },
    })
    await world.api.post(`${client}/rooms/!a:b/invite`, { token, json: invite })
    await world.api.get(`${client}/profile/@anna:example.org`, { token })
    await world.homeserver.close()
    await logIn('carol', 'p4ssword-of-carol')
    await world.api.post(`${client}/createRoom`, { token: 'un5een-token', json: { invite_3pid: [invite] } })
    const rows = await world.appliance.storage.db.selectFrom('activity').selectAll().execute()
    const written = world.appliance.logText() + JSON.stringify(rows)
    expect(written).toContain('/login')
    for (const secret of ['p4ssword', 'wr0ng', 'ch3cked', 'pro7ider', 'un5een', token]) {
      expect(written).not.toContain(secret)
    }
  })
})
