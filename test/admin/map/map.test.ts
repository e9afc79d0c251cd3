import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { MapArrow, MapNode } from '../../../src/admin/map/contract.ts'
import { signInAsAdmin, type AdminClient } from '../../support/admin-client.ts'
import { startIdentityWorld, type IdentityWorld } from '../../support/identity-world.ts'
import { freePort } from '../../support/free-port.ts'

interface Picture {
  readonly nodes: readonly MapNode[]
  readonly arrows: readonly MapArrow[]
  readonly outside: readonly { host: string; purpose: string; calls: number }[]
}

let world: IdentityWorld
let admin: AdminClient

beforeAll(async () => {
  const port = await freePort()
  world = await startIdentityWorld({
    backends: [
      { id: 'list', type: 'list' },
      { id: 'school', type: 'rest', url: `http://127.0.0.1:${port}` },
    ],
  })
  admin = await signInAsAdmin(world.appliance)
})
afterAll(() => world.stop())

async function picture(): Promise<Picture> {
  const answer = await admin.get('/api/map')
  expect(answer.status, answer.text).toBe(200)
  return answer.body as Picture
}
const arrowTo = (map: Picture, to: string) => map.arrows.find((arrow) => arrow.to === to)

describe('the map', () => {
  it('shows what is set up and was not used yet, and what is not set up with the page that does it', async () => {
    const map = await picture()
    const node = (id: string) => map.nodes.find((each) => each.id === id)
    expect(node('homeserver example.org')).toMatchObject({ state: 'unknown', page: '/homeserver' })
    expect(node('mail')).toMatchObject({ state: 'unknown', type: 'smtp', page: '/notifications' })
    expect(node('backend list')).toMatchObject({ state: 'ok', type: 'list', page: '/backends/list' })
    expect(node('proxy')).toMatchObject({ state: 'unknown' })
    await world.configure({ notifications: { email: { transport: 'log' } } })
    expect((await picture()).nodes.find(({ id }) => id === 'mail')).toMatchObject({
      state: 'off',
      type: 'log',
    })
    await world.configure()
  })

  it('tells of the homeserver what stands between it and its clients', async () => {
    const homeserver = async () => {
      const map = await picture()
      return [
        map.nodes.find(({ kind }) => kind === 'homeserver')?.integrations,
        arrowTo(map, 'homeserver example.org')?.flow,
      ]
    }
    expect(await homeserver()).toEqual([[], 'openid'])
    const matrix = { domain: 'example.org', homeserverUrl: 'http://127.0.0.1:9' }
    await world.configure({ authentication: { provider: { enabled: true } } })
    expect(await homeserver()).toEqual([['passwords'], 'openid'])
    await world.configure({ matrix, directory: { enabled: true }, profile: { enabled: true } })
    expect(await homeserver()).toEqual([['search', 'profile'], 'passing'])
    await world.configure()
  })

  it('has an arrow to every node, and no arrow to nowhere', async () => {
    const { nodes, arrows } = await picture()
    const ids = new Set(nodes.map(({ id }) => id))
    for (const { from, to } of arrows) expect([ids.has(from), ids.has(to)]).toEqual([true, true])
    expect(new Set(arrows.map(({ id }) => id)).size).toBe(arrows.length)
  })

  it('shows how calls went: the homeserver and mail answer, a backend does not', async () => {
    const token = await world.login('@alice:example.org')
    await world.validateEmail(token, 'alice@example.org')
    await world.api.get('/api/v1/lookup?medium=email&address=nobody%40example.org')
    const map = await picture()
    expect(arrowTo(map, 'homeserver example.org')).toMatchObject({ state: 'ok', lastError: null })
    expect(arrowTo(map, 'mail')).toMatchObject({ state: 'ok' })
    const broken = arrowTo(map, 'backend school')
    expect(broken?.state).toBe('problem')
    expect(broken?.lastError?.fix).toBeTruthy()
    expect(map.nodes.find(({ id }) => id === 'backend school')?.state).toBe('problem')
  })

  it('believes in a proxy once one has passed a request on', async () => {
    await fetch(`${world.appliance.publicAddress}/_matrix/identity/versions`, {
      headers: { 'x-forwarded-for': '192.0.2.1' },
    })
    expect(arrowTo(await picture(), 'signpost')).toMatchObject({ from: 'proxy', state: 'ok' })
  })

  it('lists every host outside that was contacted', async () => {
    const { outside } = await picture()
    expect(outside).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ host: 'example.org', purpose: 'homeserver' }),
        expect.objectContaining({ host: '127.0.0.1', purpose: 'mail', calls: 1 }),
        expect.objectContaining({ host: '127.0.0.1', purpose: 'backend' }),
      ]),
    )
  })
})

describe('the overview', () => {
  it('has numbers, a series a card, and notices of what is wrong', async () => {
    const token = await world.login('@alice:example.org')
    await world.lookup(token, 'nobody@example.org')
    const answer = await admin.get('/api/overview')
    expect(answer.status, answer.text).toBe(200)
    const { numbers, cards, notices } = answer.body as {
      numbers: { lookupsToday: number }
      cards: readonly { id: string; value: number; series: readonly number[]; link: string }[]
      notices: readonly { code: string; params: unknown }[]
    }
    expect(numbers.lookupsToday).toBeGreaterThan(0)
    const lookups = cards.find(({ id }) => id === 'lookups')
    expect(lookups?.value).toBe(numbers.lookupsToday)
    expect(lookups?.series).toHaveLength(24)
    expect(lookups?.series.at(-1)).toBe(numbers.lookupsToday)
    expect(notices).toContainEqual(
      expect.objectContaining({
        code: 'backend-down',
        params: expect.objectContaining({ backend: 'school' }),
      }),
    )
  })

  it('says that a restart is needed', async () => {
    await world.configure({ activity: { level: 'debug' } })
    const { notices } = (await admin.get('/api/overview')).body as {
      notices: readonly { code: string; params: unknown }[]
    }
    expect(notices).toContainEqual(
      expect.objectContaining({ code: 'restart-needed', params: { count: 1, keys: 'activity.level' } }),
    )
    await world.configure()
  })
})
