import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ConfigInput } from '../../src/config/schema.ts'
import { startInterceptWorld, versions, type InterceptWorld } from '../intercepts/support/world.ts'
import { json } from '../support/http-peer.ts'

const path = '/_matrix/client/v3/user_directory/search'
const tail = '/user_directory/search'

describe('a search for people', () => {
  let world: InterceptWorld
  beforeAll(async () => {
    world = await startInterceptWorld(
      { directory: { enabled: true } },
      {
        anna: { password: 'x', displayName: 'Annie (sick)' },
        annika: { password: 'x', displayName: 'Annika from elsewhere' },
        dora: { password: 'x' },
      },
    )
  })
  afterAll(() => world?.stop())
  const configure = (directory: NonNullable<ConfigInput['directory']>, more: ConfigInput = {}) =>
    world.configure({ directory: { enabled: true, ...directory }, ...more })
  beforeEach(async () => {
    world.homeserver.intercept(tail, null)
    await configure({})
  })

  const search = (
    search_term: string,
    { user = 'dora', to = path, ...more } = {} as { user?: string; to?: string; limit?: number },
  ) => world.api.post(to, { token: world.homeserver.tokenOf(user), json: { search_term, ...more } })
  const ids = async (...asked: Parameters<typeof search>) =>
    ((await search(...asked)).body as { results: { user_id: string }[] }).results.map(
      ({ user_id }) => user_id,
    )

  test.each(versions)(
    'finds people of the directory and of the homeserver under %s, each once',
    async (version) => {
      for (const slash of ['', '/']) {
        const answer = await search('ann', { to: `/_matrix/client/${version}${tail}${slash}` })
        expect(answer.body).toEqual({
          limited: false,
          results: [
            // The name that rooms show, although the directory has another one.
            {
              user_id: '@anna:example.org',
              display_name: 'Annie (sick)',
              avatar_url: 'mxc://example.org/anna',
            },
            {
              user_id: '@annika:example.org',
              display_name: 'Annika from elsewhere',
              avatar_url: 'mxc://example.org/annika',
            },
          ].toSorted((one, other) => (one.display_name < other.display_name ? -1 : 1)),
        })
      }
    },
  )

  test('finds who has never signed in, by name, by mail and by phone', async () => {
    const carol = { user_id: '@carol:example.org', display_name: 'Carol, "CC" (Gruber)', avatar_url: null }
    for (const term of ['gruber', 'CAROL_100%@school', '4930901820', '@carol']) {
      expect((await search(term)).body).toEqual({ limited: false, results: [carol] })
    }
  })

  test('finds nobody by address where that is switched off', async () => {
    await configure({ searchThreepids: false })
    expect(await ids('carol_100%@school')).toEqual([])
    expect(await ids('gruber')).toEqual(['@carol:example.org'])
  })

  test('keeps to the limit, and says when there is more', async () => {
    expect((await search('ann', { limit: 1 })).body).toMatchObject({ limited: true, results: [{}] })
    expect((await search('ann', { limit: 2 })).body).toMatchObject({ limited: false, results: [{}, {}] })
    expect((await search('ann', { limit: 0 })).body).toEqual({ limited: true, results: [] })
    expect((await search('ann', { limit: -1 })).body).toEqual({ limited: true, results: [] })
    expect((await search('ann', { limit: 1e9 })).body).toMatchObject({ limited: false })
    expect(
      await world.api.post(path, {
        token: world.homeserver.tokenOf('dora'),
        json: { search_term: 'a', limit: 'x' },
      }),
    ).toMatchObject({ status: 400 })
    expect(await world.api.post(path, { token: world.homeserver.tokenOf('dora'), json: {} })).toMatchObject({
      status: 400,
    })
  })

  test('answers nothing to nothing, as the homeserver does', async () => {
    world.homeserver.intercept(tail, json(200, { limited: false, results: [] }))
    for (const term of ['', '   ', '@', '()'])
      expect((await search(term)).body).toEqual({ limited: false, results: [] })
  })

  test('leaves out whom nobody shall find, and does not show people to themselves', async () => {
    await configure({ exclude: ['@ann*:example.org', '@carol:example.org'] })
    expect(await ids('ann')).toEqual([])
    expect(await ids('gruber')).toEqual([])
    await configure({ homeserver: false })
    expect(await ids('ann', { user: 'anna' })).toEqual([])
  })

  test('gives the places of those whom nobody shall find to others', async () => {
    await configure({ exclude: ['@anna:example.org'] })
    expect((await search('ann', { limit: 1 })).body).toMatchObject({
      limited: false,
      results: [{ user_id: '@annika:example.org' }],
    })
  })

  test('can do without what the homeserver finds', async () => {
    await configure({ homeserver: false })
    const before = world.homeserver.asked(tail).length
    expect(await ids('ann')).toEqual(['@anna:example.org'])
    expect(world.homeserver.asked(tail).length).toBe(before)
  })

  test('hides groups from each other', async () => {
    const groups = {
      staff: { roles: ['teachers'] },
      pupils: { roles: ['pupils'], hiddenFrom: ['guests'] },
      guests: { users: ['@dora:*'] },
    }
    await configure({ groups })
    expect(await ids('çelik')).toEqual([])
    expect(await ids('ann')).toContain('@anna:example.org')
    expect(await ids('çelik', { user: 'anna' })).toEqual(['@bob:example.org'])
    await configure({ groups: { ...groups, pupils: { backends: ['school'], hiddenFrom: ['guests'] } } })
    expect(await ids('gruber')).toEqual([])
    expect(await ids('gruber', { user: 'annika' })).toEqual(['@carol:example.org'])
  })

  test.each([
    [401, { errcode: 'M_UNKNOWN_TOKEN', error: 'x', soft_logout: true }],
    [403, { errcode: 'M_FORBIDDEN', error: 'x' }],
    [429, { errcode: 'M_LIMIT_EXCEEDED', error: 'x', retry_after_ms: 5 }],
  ])('gives a refusal of the homeserver back as it is: %i', async (status, body) => {
    world.homeserver.intercept(tail, json(status, body))
    expect(await search('ann')).toMatchObject({ status, body })
  })

  test.each([
    ['has an error', json(500, { errcode: 'M_UNKNOWN', error: 'x' })],
    ['says something that nobody understands', json(200, { results: 'none' })],
    ['breaks the connection', (_request: unknown, response: { destroy(): void }) => response.destroy()],
  ])(
    'has what the directory knows, and says that it is not all, when the homeserver %s',
    async (_what, handler) => {
      world.homeserver.intercept(tail, handler as never)
      expect(await search('gruber')).toMatchObject({
        status: 200,
        body: { limited: true, results: [{ user_id: '@carol:example.org' }] },
      })
    },
  )

  test('is not hindered by a homeserver without a search of its own', async () => {
    world.homeserver.intercept(tail, json(404, { errcode: 'M_UNRECOGNIZED', error: 'x' }))
    expect(await search('gruber')).toMatchObject({ status: 200, body: { limited: false } })
  })

  test('is for users of the homeserver: not for strangers, nor for guests', async () => {
    await configure({ homeserver: false })
    expect(await search('gruber', { user: 'stranger' })).toMatchObject({
      status: 401,
      body: { errcode: 'M_UNKNOWN_TOKEN', soft_logout: true },
    })
    expect(await world.api.post(path, { json: { search_term: 'gruber' } })).toMatchObject({
      status: 401,
      body: { errcode: 'M_MISSING_TOKEN' },
    })
    world.homeserver.intercept('/whoami', json(200, { user_id: '@guest:example.org', is_guest: true }))
    expect(await search('gruber', { user: 'guest' })).toMatchObject({
      status: 403,
      body: { errcode: 'M_FORBIDDEN' },
    })
    world.homeserver.intercept('/whoami', json(502, {}))
    expect(await search('gruber', { user: 'unseen' })).toMatchObject({ status: 502 })
    world.homeserver.intercept('/whoami', null)
  })

  test('passes the token on to the homeserver alone, from wherever it came', async () => {
    const token = world.homeserver.tokenOf('dora')
    const answer = await world.api.post(path, {
      query: { access_token: token },
      json: { search_term: 'gruber' },
    })
    expect(answer).toMatchObject({ status: 200, body: { results: [{}] } })
    expect(world.homeserver.asked(tail).at(-1)?.url).toContain(`access_token=${token}`)
    expect(world.appliance.logText()).not.toContain(token)
  })

  test('is limited for each user', async () => {
    await configure({}, { rateLimits: { enabled: true, directoryPerAccount: { perMinute: 1, burst: 2 } } })
    expect(await search('ann', { user: 'annika' })).toMatchObject({ status: 200 })
    expect(await search('ann', { user: 'annika' })).toMatchObject({ status: 200 })
    expect(await search('ann', { user: 'annika' })).toMatchObject({ status: 429 })
    expect(await search('ann')).toMatchObject({ status: 200 })
  })

  test('has what the homeserver knows when the directory is down, and says that it is not all', async () => {
    await world.stopDirectory()
    expect(await search('ann')).toMatchObject({ status: 200, body: { limited: true, results: [{}, {}] } })
  })

  test('goes on for a while for those who were seen before when the homeserver is down, and for nobody else', async () => {
    await world.homeserver.close()
    expect(await search('ann')).toMatchObject({ status: 200, body: { limited: true } })
    expect(await search('ann', { user: 'never' })).toMatchObject({ status: 502 })
  })
})
