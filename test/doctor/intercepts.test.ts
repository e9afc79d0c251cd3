import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ConfigInput } from '../../src/config/schema.ts'
import { json } from '../support/http-peer.ts'
import { faultsIn, startBreakableWorld, type BreakableWorld } from './support/doctor-world.ts'
import { unrecognized } from './support/stand-in-homeserver.ts'

const features: ConfigInput = {
  authentication: { enabled: true },
  directory: { enabled: true },
  registration: { enabled: true, members: true },
  profile: { enabled: true },
  roomInvites: { enabled: true, roles: ['staff'] },
}
const client = '/_matrix/client/v3'
const room = `${client}/rooms/!none:invalid/invite`
/** What a proxy has to pass on for each feature, and how the doctor names the rule. */
const rules = [
  ['signing in', /\/login/, [`${client}/login`]],
  ['the search', /\/user_directory\//, [`${client}/user_directory/search`]],
  ['registration', /\/requestToken/, [`${client}/register/email/requestToken`]],
  ['profiles', /\/profile\//, [`${client}/profile/@none:invalid`]],
  ['rooms that begin with invitations', /\/createRoom/, [`${client}/createRoom`]],
  ['invitations by address', /\/rooms\//, [room, `${room}/none`]],
] as const
const all = ['profile', 'registration', 'room-invites', 'search', 'sign-in']

describe('the doctor of a Signpost between clients and the homeserver', () => {
  let world: BreakableWorld
  beforeAll(async () => {
    world = await startBreakableWorld()
  })
  afterAll(() => world?.stop())
  beforeEach(async () => {
    leadToHomeserver(null)
    await world.appliance.configure({ ...world.config, ...features })
    await world.rewriteConfig({ ...world.config, ...features })
  })
  afterEach(() => {
    for (const part of ['login', 'whoami', 'register', 'profile'] as const)
      world.homeserver.replace(part, null)
  })

  /** A proxy with all rules but those for these paths. */
  function leadToHomeserver(missing: RegExp | null): void {
    const ours =
      /^\/_(matrix\/identity|signpost)\/|^\/_matrix\/client\/(r0|v3|unstable|api\/v1)\/(login|user_directory|register\/email|profile|createRoom|rooms)/
    world.proxy.fail({
      upstreamOf: (target) =>
        ours.test(target) && missing?.test(target) !== true
          ? world.appliance.publicAddress
          : world.homeserver.url,
    })
  }
  const examine = () => world.examine({ areas: ['public-url', 'homeserver'] })

  test('says nothing about features that are switched off', async () => {
    await world.rewriteConfig()
    const found = await examine()
    expect(found.find(({ check }) => check === 'intercepts')).toMatchObject({ status: 'skipped' })
  })

  test('goes the way of a client for each of them, and finds nothing', async () => {
    const found = await examine()
    expect(faultsIn(found)).toEqual([])
    const tried = found.filter(({ code }) => code === 'intercepts').map(({ subject }) => subject ?? '')
    expect(tried.toSorted()).toEqual(all)
  })

  test.each(rules)('notices that the proxy has no rule for %s', async (_what, paths, subjects) => {
    leadToHomeserver(paths)
    expect(faultsIn(await examine())).toEqual(subjects.map((subject) => `route-missing (${subject})`))
  })

  test.each(['r0', 'api/v1', 'unstable'])('notices that the proxy leaves %s out', async (version) => {
    leadToHomeserver(new RegExp(`/client/${version}/createRoom`))
    const found = await examine()
    expect(faultsIn(found)).toEqual([`route-missing (${client}/createRoom)`])
    const finding = found.find(({ code }) => code === 'route-missing')
    expect(finding?.detail).toContain(`/client/${version}/createRoom does not arrive`)
  })

  test('notices that the server was not told of them', async () => {
    await world.appliance.configure(world.config)
    expect(faultsIn(await examine())).toEqual(all.map((name) => `intercept-without-answer (${name})`))
  })

  test('notices a homeserver that does not say whose a token is', async () => {
    world.homeserver.replace('whoami', unrecognized())
    const broken = ['room-invites', 'search'].map((name) => `intercept-without-answer (${name})`)
    expect(faultsIn(await examine())).toEqual(broken)
  })

  test('notices a homeserver without a login, and one without profiles', async () => {
    world.homeserver.replace('login', unrecognized())
    expect(faultsIn(await examine())).toEqual([
      'intercept-without-answer (sign-in)',
      'login-without-passwords',
    ])
    world.homeserver.replace('login', null)
    world.homeserver.replace('profile', json(500, { errcode: 'M_UNKNOWN', error: 'Internal server error' }))
    expect(faultsIn(await examine())).toEqual(['intercept-without-answer (profile)'])
  })

  test('notices that everybody may register without an address', async () => {
    const flows = [{ stages: ['m.login.dummy'] }]
    world.homeserver.replace('register', json(401, { session: 's', flows, params: {} }))
    const found = await examine()
    expect(faultsIn(found)).toEqual(['registration-without-address (registration)'])
    const proven = [{ stages: ['m.login.email.identity'] }, { stages: ['m.login.registration_token'] }]
    world.homeserver.replace('register', json(401, { session: 's', flows: proven, params: {} }))
    expect(faultsIn(await examine())).toEqual([])
  })

  test('notices that no backend is asked for what they decide by', async () => {
    await world.rewriteConfig({ ...world.config, ...features, backends: [] })
    const without = ['profile', 'registration', 'room-invites']
    expect(faultsIn(await examine())).toEqual(without.map((name) => `intercept-without-backends (${name})`))
  })

  test('notices that the homeserver is looked for at the public name, which leads back', async () => {
    const matrix = { ...world.config.matrix, homeserverUrl: world.publicUrl }
    await world.rewriteConfig({ ...world.config, ...features, matrix })
    expect(faultsIn(await examine())).toContain('homeserver-url-leads-back')
  })
})
