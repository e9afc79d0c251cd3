import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startInterceptWorld, versions, type InterceptWorld } from '../intercepts/support/world.ts'
import type { ConfigInput } from '../../src/config/schema.ts'

describe('a profile', () => {
  let world: InterceptWorld
  beforeAll(async () => {
    world = await startInterceptWorld(
      { profile: { enabled: true } },
      { anna: { password: 'x' }, bob: { password: 'x', displayName: 'Bobby' }, dora: { password: 'x' } },
    )
  })
  afterAll(() => world?.stop())

  const profile = (tail: string, token?: string, version = 'v3') =>
    world.api.get(`/_matrix/client/${version}/profile/${tail}`, token === undefined ? {} : { token })
  const configure = (settings: NonNullable<ConfigInput['profile']>) =>
    world.configure({ profile: { enabled: true, ...settings } })
  beforeEach(() => configure({}))

  test.each(versions)(
    'gets its missing name from the directory under %s, and the rest from the homeserver',
    async (version) => {
      expect((await profile('@anna:example.org', undefined, version)).body).toEqual({
        displayname: 'Anna Meier',
        avatar_url: 'mxc://x/y',
      })
      expect((await profile('%40anna%3Aexample.org/displayname', undefined, version)).body).toEqual({
        displayname: 'Anna Meier',
      })
      expect((await profile('@bob:example.org', undefined, version)).body).toMatchObject({
        displayname: 'Bobby',
      })
    },
  )

  test('has the name of the directory instead of its own only where that is wanted', async () => {
    await configure({ displayName: 'always' })
    expect((await profile('@bob:example.org/displayname')).body).toEqual({ displayname: 'Bob Çelik' })
    await configure({ displayName: 'off' })
    expect((await profile('@anna:example.org')).body).toEqual({ avatar_url: 'mxc://x/y' })
  })

  test('shows addresses and roles to users who are signed in, each only where that is wanted', async () => {
    const token = world.homeserver.tokenOf('bob')
    await configure({ threepids: true })
    const shown = (await profile('@anna:example.org', token)).body
    expect(shown).toMatchObject({
      threepids: [{ medium: 'email', address: 'anna.meier@school.example' }, {}, {}],
    })
    expect(shown).not.toHaveProperty('roles')
    await configure({ roles: true, threepids: true })
    expect((await profile('@anna:example.org', token)).body).toMatchObject({ roles: ['teachers', 'staff'] })
    for (const other of [undefined, 'wrong']) {
      const { body } = await profile('@anna:example.org', other)
      expect(body).not.toHaveProperty('threepids')
      expect(body).not.toHaveProperty('roles')
    }
  })

  test.each([
    '@anna:other.org',
    '@dora:example.org',
    '@nobody:example.org',
    '@anna:example.org/avatar_url',
    '@anna:example.org/m.tz/x',
  ])('is exactly what the homeserver says where the directory has nothing to add: %s', async (tail) => {
    const own = await fetch(`${world.homeserver.url}/_matrix/client/v3/profile/${tail}`)
    const { status, text } = await profile(tail)
    expect({ status, text }).toEqual({ status: own.status, text: await own.text() })
  })

  test('is that of the homeserver while the directory is down', async () => {
    await world.stopDirectory()
    expect((await profile('@zoe:example.org')).status).toBe(404)
    expect((await profile('@bob:example.org')).body).toMatchObject({ displayname: 'Bobby' })
  })
})
