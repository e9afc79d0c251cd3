import { afterEach, beforeAll, afterAll, describe, expect, it } from 'vitest'
import { json, startHttpPeer, type Handler, type HttpPeer } from '../support/http-peer.ts'
import { email, phone, startFederationWorld, type FederationWorld } from './support/federation-world.ts'

let world: FederationWorld
const bridges: HttpPeer[] = []

beforeAll(async () => {
  world = await startFederationWorld()
})
afterEach(async () => {
  await Promise.all(bridges.splice(0).map((bridge) => bridge.close()))
})
afterAll(() => world.close())

async function bridge(handler: Handler): Promise<{ url: string; http: HttpPeer }> {
  const http = await startHttpPeer({ handler })
  bridges.push(http)
  return { url: `http://127.0.0.1:${http.port}`, http }
}

const answering =
  (mxid: string): Handler =>
  (request, response) => {
    const { medium, address } = Object.fromEntries(new URL(request.url, 'http://bridge').searchParams)
    json(200, { medium, address, mxid })(request, response)
  }

describe('a bridge', () => {
  it('is asked as mxisd asked it, and need not sign', async () => {
    const { url, http } = await bridge(answering('@mail_dan:ours.example'))
    const ours = world.open({ bridges: { url: `${url}/base/` } })
    expect(await ours.find('dan+tag@far.example')).toBe('@mail_dan:ours.example')
    expect(http.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /base/_matrix/identity/api/v1/lookup?medium=email&address=dan%2Btag%40far.example',
    ])
  })

  it('for one medium comes before the one for all', async () => {
    const all = await bridge(answering('@all:ours.example'))
    const phones = await bridge(answering('@phone:ours.example'))
    const ours = world.open({ bridges: { url: all.url, mediums: { msisdn: phones.url } } })
    const found = await ours.remote.find([email('dan@far.example'), phone('491701234567')], null)
    expect([...found.values()].map(({ mxid, source }) => [mxid, source])).toEqual([
      ['@all:ours.example', `bridge ${all.url}`],
      ['@phone:ours.example', `bridge ${phones.url}`],
    ])
  })

  it('for one medium only is not asked for others', async () => {
    const { url, http } = await bridge(answering('@phone:ours.example'))
    const ours = world.open({ bridges: { mediums: { msisdn: url } } })
    expect(await ours.find('dan@far.example')).toBeNull()
    expect(http.seen).toEqual([])
  })

  it.each<[string, Handler, string]>([
    ['knows nobody by an empty object', json(200, {}), 'unknown'],
    ['knows nobody by 404', json(404, { errcode: 'M_NOT_FOUND', error: 'no' }), 'unknown'],
    [
      'answers for another address',
      json(200, { medium: 'email', address: 'x@far.example', mxid: '@x:ours.example' }),
      'failed',
    ],
    [
      'answers with no Matrix ID',
      json(200, { medium: 'email', address: 'dan@far.example', mxid: null }),
      'failed',
    ],
    ['is broken', json(500, {}), 'failed'],
  ])('%s', async (_what, handler, outcome) => {
    const { url } = await bridge(handler)
    const ours = world.open({ bridges: { url } })
    expect(await ours.find('dan@far.example')).toBeNull()
    expect((await ours.remote.explain(email('dan@far.example'))).at(-1)).toMatchObject({
      source: `bridge ${url}`,
      outcome,
    })
  })
})
