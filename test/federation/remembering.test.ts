import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { json } from '../support/http-peer.ts'
import { email, startFederationWorld, type FederationWorld } from './support/federation-world.ts'

let world: FederationWorld

beforeAll(async () => {
  world = await startFederationWorld()
})
afterAll(() => world.close())

const minute = 60_000
let count = 0
const cache = { found: '10m', notFound: '2m', unreachable: '1m' } as const

async function remembered(more: { maxEntries?: number } = {}) {
  const domain = `memory${count++}.example`
  const peer = await world.peer(domain, ['signed'])
  const ours = world.open({ outbound: { cache: { ...cache, ...more } } })
  const lookups = () => peer.asked().filter((asked) => asked.endsWith('federation/lookup')).length
  return { domain, peer, ours, lookups, dan: `dan@${domain}`, clock: ours.runtime.clock }
}

describe('an answer', () => {
  it('is remembered for as long as the configuration says', async () => {
    const { peer, ours, lookups, dan, clock } = await remembered()
    peer.people.set(`email ${dan}`, '@dan:one.example')
    expect(await ours.find(dan)).toBe('@dan:one.example')
    peer.people.set(`email ${dan}`, '@dan:two.example')
    clock.advance(10 * minute - 1)
    expect(await ours.find(dan)).toBe('@dan:one.example')
    expect(lookups()).toBe(1)
    clock.advance(1)
    expect(await ours.find(dan)).toBe('@dan:two.example')
  })

  it('that nobody has the address is remembered for a shorter time', async () => {
    const { peer, ours, lookups, dan, clock } = await remembered()
    expect(await ours.find(dan)).toBeNull()
    peer.people.set(`email ${dan}`, '@dan:one.example')
    clock.advance(2 * minute - 1)
    expect(await ours.find(dan)).toBeNull()
    expect(lookups()).toBe(1)
    clock.advance(1)
    expect(await ours.find(dan)).toBe('@dan:one.example')
  })

  it('is remembered no longer than the peer itself stands by it', async () => {
    const domain = `short${count++}.example`
    const peer = await world.peer(domain, ['v1'])
    const ours = world.open({ outbound: { plain: true, cache } })
    peer.people.set(`email dan@${domain}`, '@dan:one.example')
    const until = ours.runtime.clock.now() + 5_000
    peer.bend.before = (answer) => ({ ...answer, not_after: until })
    expect(await ours.find(`dan@${domain}`)).toBe('@dan:one.example')
    peer.people.clear()
    ours.runtime.clock.advance(4_999)
    expect(await ours.find(`dan@${domain}`)).toBe('@dan:one.example')
    ours.runtime.clock.advance(1)
    expect(await ours.find(`dan@${domain}`)).toBeNull()
  })

  it('is forgotten when there are more than may be remembered', async () => {
    const { domain, ours, lookups, dan } = await remembered({ maxEntries: 100 })
    await ours.find(dan)
    await ours.findAll(Array.from({ length: 99 }, (_, index) => email(`p${index}@${domain}`)))
    await ours.find(dan)
    expect(lookups()).toBe(2)
    await ours.findAll(Array.from({ length: 100 }, (_, index) => email(`q${index}@${domain}`)))
    await ours.find(dan)
    expect(lookups()).toBe(4)
  })

  it('of some addresses leaves only the others to be asked, and one question under way serves two who ask', async () => {
    const { domain, peer, ours, lookups, dan } = await remembered()
    peer.people.set(`email erin@${domain}`, '@erin:one.example')
    await ours.find(dan)
    const both = [email(dan), email(`erin@${domain}`)]
    const [one, other] = await Promise.all([ours.findAll(both), ours.findAll(both)])
    expect(one).toEqual({ [`email erin@${domain}`]: '@erin:one.example' })
    expect(other).toEqual(one)
    expect(lookups()).toBe(2)
    const last = peer.http.seen.findLast(({ url }) => url.endsWith('/lookup'))
    expect((JSON.parse(last?.body ?? '{}') as { addresses: unknown[] }).addresses).toHaveLength(1)
  })
})

describe('a server that is out of reach', () => {
  it('is left alone for a while, and asked again after it', async () => {
    const { peer, ours, dan, clock, domain } = await remembered()
    peer.people.set(`email ${dan}`, '@dan:one.example')
    peer.override('/', (_request, response) => void response.destroy())
    expect(await ours.find(dan)).toBeNull()
    peer.override('/', null)
    const connections = peer.http.connections
    expect(await ours.find(dan)).toBeNull()
    expect(await ours.find(`erin@${domain}`)).toBeNull()
    clock.advance(minute - 1)
    expect(await ours.find(dan)).toBeNull()
    expect(peer.http.connections).toBe(connections)
    clock.advance(1)
    expect(await ours.find(dan)).toBe('@dan:one.example')
  })

  it('does not hold up the servers of other domains', async () => {
    const { peer, ours, dan } = await remembered()
    const other = await remembered()
    other.peer.people.set(`email ${other.dan}`, '@dan:other.example')
    peer.override('/', json(500, {}))
    expect(Object.values(await ours.findAll([email(dan), email(other.dan)]))).toEqual(['@dan:other.example'])
  })

  it('again and again, is tried by one question at a time', async () => {
    const { peer, ours, domain, clock } = await remembered()
    peer.override('/', (_request, response) => void response.destroy())
    for (let round = 0; round < 3; round++) {
      await ours.find(`p${round}@${domain}`)
      clock.advance(minute)
    }
    const before = peer.http.connections
    const people = Array.from({ length: 10 }, (_, index) => `q${index}@${domain}`)
    await Promise.all(people.map((person) => ours.find(person)))
    expect(peer.http.connections).toBe(before + 1)
  })
})

it('A server whose answers are of no use is asked for other addresses, until it is wrong several times', async () => {
  const domain = `useless${count++}.example`
  const peer = await world.peer(domain, ['v1'])
  const ours = world.open({ outbound: { plain: true, cache } })
  for (const name of ['a', 'b', 'c', 'd', 'e'])
    peer.people.set(`email ${name}@${domain}`, `@${name}:x.example`)
  peer.bend.before = (answer) => ({ ...answer, mxid: 'none' })
  const asked = () => peer.asked().filter((one) => one.endsWith('v1/lookup')).length
  await ours.find(`a@${domain}`)
  await ours.find(`a@${domain}`)
  expect(asked()).toBe(1)
  await ours.find(`b@${domain}`)
  await ours.find(`c@${domain}`)
  expect(asked()).toBe(3)
  await ours.find(`d@${domain}`)
  expect(asked()).toBe(3)
  peer.bend.before = (answer) => answer
  ours.runtime.clock.advance(7_000)
  expect(await ours.find(`e@${domain}`)).toBe('@e:x.example')
})
