import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signInAsAdmin, type AdminClient } from '../../support/admin-client.ts'
import { policies, startIdentityWorld, type IdentityWorld } from '../../support/identity-world.ts'

let world: IdentityWorld
let admin: AdminClient
const anna = '@anna:example.org'
const bob = '@bob:example.org'

interface Why {
  readonly verdict: { state: string; code: string; params: Readonly<Record<string, unknown>> }
  readonly causes: readonly { code: string }[]
}

async function why(asking: string, wanted: string): Promise<Why> {
  const answer = await admin.post('/api/activity/why', { asking, wanted })
  expect(answer.status, answer.text).toBe(200)
  return answer.body as Why
}

beforeAll(async () => {
  world = await startIdentityWorld()
  admin = await signInAsAdmin(world.appliance)
  await world.bind(await world.login(bob), bob, 'bob@example.org')
})
afterAll(() => world.stop())

describe('why one person cannot find another', () => {
  it('says that nobody knows the address', async () => {
    expect((await why('', 'nobody@example.org')).verdict).toMatchObject({
      state: 'not-found',
      code: 'unknown-everywhere',
    })
  })

  it('says that a Matrix ID has no address here', async () => {
    expect((await why('', '@nobody:example.org')).verdict).toMatchObject({
      state: 'not-found',
      code: 'no-addresses',
    })
  })

  it('says that the one who asks never opened an account here', async () => {
    expect((await why(anna, bob)).verdict).toMatchObject({
      state: 'unsure',
      code: 'no-account',
      params: { user: anna },
    })
  })

  it('says that their client never asked, and then that there is no reason', async () => {
    const token = await world.login(anna)
    expect((await why(anna, bob)).verdict).toMatchObject({ state: 'unsure', code: 'never-asked' })
    await world.lookup(token, 'bob@example.org')
    expect((await why(anna, 'bob@example.org')).verdict).toMatchObject({
      state: 'found',
      code: 'found',
      params: { mxid: bob, source: 'association' },
    })
  })

  it('says that an address was spelled with capitals', async () => {
    expect((await why(anna, 'Bob@Example.org')).verdict).toMatchObject({
      state: 'unsure',
      code: 'other-spelling',
    })
  })

  it('says that the terms are not accepted, and that a lookup was refused for it', async () => {
    const url = 'https://example.org/terms'
    await world.configure({ terms: policies({ privacy: { version: '1', en: { name: 'Terms', url } } }) })
    const token = await world.login(anna)
    world.clock.advance(1_000)
    expect((await world.api.get('/v2/hash_details', { token })).status).toBe(403)
    const answer = await why(anna, bob)
    expect(answer.verdict.code).toBe('terms-not-accepted')
    expect(answer.causes.map(({ code }) => code)).toContain('asked-and-refused')
    await world.configure()
  })

  it('says that a stranger finds only what is published', async () => {
    await world.configure({
      federation: { outbound: { enabled: false }, inbound: { associations: false } },
    })
    const answer = await why('@eve:other.example', 'bob@example.org')
    expect(answer.verdict).toMatchObject({
      state: 'not-found',
      code: 'not-published',
      params: { source: 'association' },
    })
    await world.configure()
  })

  it('names the field that it cannot read', async () => {
    const answer = await admin.post('/api/activity/why', { asking: 'anna', wanted: 'bob@example.org' })
    expect(answer.body).toMatchObject({ error: { code: 'invalid', problems: [{ path: 'asking' }] } })
  })
})
