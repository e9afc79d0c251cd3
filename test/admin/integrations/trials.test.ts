import { afterAll, beforeAll, expect, it } from 'vitest'
import { startInterceptWorld, type InterceptWorld } from '../../intercepts/support/world.ts'
import { signInAsAdmin, type AdminClient } from '../../support/admin-client.ts'

let world: InterceptWorld
let admin: AdminClient
beforeAll(async () => {
  world = await startInterceptWorld(
    {
      registration: {
        enabled: true,
        members: true,
        domains: { deny: ['spam.example'] },
        patterns: { allow: ['4917.*'] },
      },
      roomInvites: { enabled: true, users: ['@office:example.org'], roles: ['teachers'] },
      profile: { enabled: true, threepids: true },
    },
    { anna: { password: 'x' }, guest: { password: 'x', displayName: 'A guest' } },
  )
  admin = await signInAsAdmin(world.appliance)
})
afterAll(() => world.stop())

const ask = (what: string, body: object) => admin.post(`/api/integrations/${what}`, body)

it.each([
  ['Anna@school.example', { allowed: true, because: 'member', rule: null }],
  ['a@spam.example', { allowed: false, because: 'denied', rule: 'spam.example' }],
  ['+49 170 9999999', { allowed: true, because: 'allowed', rule: '4917.*' }],
  ['stranger@else.example', { allowed: false, because: 'others', rule: null }],
])('registration with %s is answered with the rule that decides', async (address, answer) => {
  expect(await ask('registration', { address })).toMatchObject({ status: 200, body: answer })
})

it('what is no address, and what is no user, is refused with an example', async () => {
  expect(await ask('registration', { address: 'anna' })).toMatchObject({
    status: 400,
    body: { error: { problems: [{ path: 'address', fix: expect.stringContaining('anna@example.org') }] } },
  })
  for (const what of ['room-invites', 'profile']) {
    expect(await ask(what, { userId: '@a b' })).toMatchObject({
      status: 400,
      body: { error: { problems: [{ path: 'userId', fix: expect.stringContaining('@anna:example.org') }] } },
    })
  }
})

it.each([
  ['office', { userId: '@office:example.org', verdict: 'user', role: null }],
  ['anna', { userId: '@anna:example.org', verdict: 'role', role: 'teachers' }],
  ['@bob:example.org', { userId: '@bob:example.org', verdict: 'nobody', role: null }],
])('whether %s may invite is told with the reason', async (userId, answer) => {
  expect((await ask('room-invites', { userId })).body).toEqual(answer)
})

it('a profile shows what the homeserver has, and what the directory adds to it', async () => {
  const { body } = await ask('profile', { userId: 'anna' })
  expect(body).toMatchObject({
    ...{ userId: '@anna:example.org', homeserver: 'known', ownName: null, isWhole: true },
    directory: { displayName: 'Anna Meier', roles: ['teachers', 'staff'] },
    shown: {
      displayName: 'Anna Meier',
      threepids: expect.arrayContaining([{ medium: 'email', address: 'anna@school.example' }]),
      // Not switched on.
      roles: [],
    },
  })
})

it('a name that the homeserver has stays, and whom it does not know has no profile', async () => {
  expect((await ask('profile', { userId: 'guest' })).body).toMatchObject({
    ...{ homeserver: 'known', ownName: 'A guest', directory: null },
    shown: { displayName: 'A guest', threepids: [] },
  })
  expect((await ask('profile', { userId: 'bob' })).body).toMatchObject({
    homeserver: 'unknown',
    directory: { displayName: 'Bob Çelik' },
    shown: { displayName: null },
  })
})

it('whoever cannot be asked is named as such', async () => {
  await world.configure({ matrix: { domain: 'example.org', homeserverUrl: 'http://127.0.0.1:9' } })
  expect((await ask('profile', { userId: 'anna' })).body).toMatchObject({ homeserver: 'silent' })
  await world.stopDirectory()
  const address = 'new@school.example'
  expect((await ask('registration', { address })).body).toMatchObject({ allowed: false, because: 'unclear' })
  expect((await ask('room-invites', { userId: 'anna' })).body).toMatchObject({ verdict: 'unknown' })
  expect((await ask('profile', { userId: 'anna' })).body).toMatchObject({ directory: null, isWhole: false })
})
