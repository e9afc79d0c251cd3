import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { json } from '../support/http-peer.ts'
import { account, email, startFederationWorld, type FederationWorld } from './support/federation-world.ts'

let world: FederationWorld

beforeAll(async () => {
  world = await startFederationWorld()
})
afterAll(() => world.close())

const details = 'GET /unstable/org.signpost.federation/hash_details'

describe('a peer', () => {
  it('that is a Signpost is asked by a signed lookup, and its answer is verified', async () => {
    const peer = await world.peer('signed.example', ['signed', 'v2', 'v1'])
    peer.people.set('email dan@signed.example', '@dan:signed.example')
    const ours = world.open({ outbound: { plain: true }, account })
    expect(await ours.find('dan@signed.example')).toBe('@dan:signed.example')
    expect(peer.asked()).toEqual([
      details,
      'POST /unstable/org.signpost.federation/lookup',
      'GET /v2/pubkey/ed25519:0',
    ])
  })

  it('that knows v2 and no signed lookup is asked for hashes, with an account', async () => {
    const peer = await world.peer('sydent.example', ['v1', 'v2'])
    peer.people.set('email dan@sydent.example', '@dan:sydent.example')
    const ours = world.open({ outbound: { plain: true }, account })
    expect(await ours.find('dan@sydent.example')).toBe('@dan:sydent.example')
    expect(peer.asked()).toEqual([
      details,
      'GET /v2',
      'POST /v2/account/register',
      'GET /v2/hash_details',
      'POST /v2/lookup',
    ])
    expect(peer.http.seen.map(({ body }) => body).join()).not.toContain('dan@')
  })

  it('that knows v1 alone is asked in clear when that is allowed, and its signature is verified', async () => {
    const peer = await world.peer('mxisd.example', ['v1'])
    peer.people.set('email dan@mxisd.example', '@dan:mxisd.example')
    const ours = world.open({ outbound: { plain: true }, account })
    expect(await ours.find('dan@mxisd.example')).toBe('@dan:mxisd.example')
    expect(await ours.find('nobody@mxisd.example')).toBeNull()
    expect(peer.asked().filter((asked) => asked.includes('api/v1'))).toEqual([
      'GET /api/v1/lookup',
      'GET /api/v1/pubkey/ed25519:0',
      'GET /api/v1/lookup',
    ])
    expect(peer.asked()).not.toContain('POST /v2/account/register')
  })

  it('that knows v1 alone is asked for many addresses at once', async () => {
    const peer = await world.peer('bulk.example', ['v1'])
    const people = Array.from({ length: 12 }, (_, index) => `p${index}@bulk.example`)
    for (const person of people.slice(2)) peer.people.set(`email ${person}`, `@x${person[1]}:bulk.example`)
    const ours = world.open({ outbound: { plain: true } })
    const found = await ours.findAll(people.map(email))
    expect(Object.keys(found).sort()).toEqual(
      people
        .slice(2)
        .map((one) => `email ${one}`)
        .sort(),
    )
    expect(peer.asked().filter((asked) => asked.includes('lookup') && asked.includes('v1'))).toEqual([
      'POST /api/v1/bulk_lookup',
    ])
  })

  it('is remembered by what it speaks, and asked for something better after an hour', async () => {
    const peer = await world.peer('grows.example', ['v1'])
    const ours = world.open({ outbound: { plain: true } })
    await ours.find('a@grows.example')
    await ours.find('b@grows.example')
    expect(peer.asked().filter((asked) => asked === details)).toHaveLength(1)
    ours.runtime.clock.advance(3_600_001)
    await ours.find('c@grows.example')
    expect(peer.asked().filter((asked) => asked === details)).toHaveLength(2)
  })

  it('is not asked in clear because it wants terms or an account, unless clear is allowed', async () => {
    const peer = await world.peer('wants.example', ['v1', 'v2'])
    peer.people.set('email dan@wants.example', '@dan:wants.example')
    peer.policies = { privacy: { version: '1', en: { name: 'Privacy', url: 'https://wants.example/p' } } }
    const careful = world.open({ account })
    expect(await careful.find('dan@wants.example')).toBeNull()
    expect(peer.asked().some((asked) => asked.includes('api/v1'))).toBe(false)
    const open = world.open({ outbound: { plain: true }, account })
    expect(await open.find('dan@wants.example')).toBe('@dan:wants.example')
  })

  it('is asked for hashes again as soon as its terms are gone', async () => {
    const peer = await world.peer('mended.example', ['v1', 'v2'])
    peer.policies = { privacy: { version: '1', en: { name: 'Privacy', url: 'https://mended.example/p' } } }
    const ours = world.open({ outbound: { plain: true }, account })
    await ours.find('dan@mended.example')
    const inClear = () => peer.asked().filter((asked) => asked.includes('api/v1')).length
    expect(inClear()).toBe(1)
    peer.policies = {}
    await ours.find('erin@mended.example')
    expect(inClear()).toBe(1)
  })

  it('whose v2 API is broken for a moment is not asked in clear instead', async () => {
    const peer = await world.peer('moment.example', ['v1', 'v2'])
    peer.override('/_matrix/identity/v2', json(500, { errcode: 'M_UNKNOWN', error: 'x' }))
    const ours = world.open({ outbound: { plain: true }, account })
    expect(await ours.find('dan@moment.example')).toBeNull()
    expect(peer.asked()).toEqual([details, 'GET /v2'])
  })

  it('that knows only what is not allowed is told nothing', async () => {
    const peer = await world.peer('old.example', ['v1', 'v2'])
    const ours = world.open()
    const [opinion] = await ours.remote.explain(email('dan@old.example'))
    expect(opinion).toMatchObject({ source: 'federation old.example', outcome: 'failed' })
    expect(opinion?.detail).toContain('federation.account')
    expect(opinion?.detail).toContain('federation.outbound.plain')
    expect(peer.asked()).toEqual([details])
  })
})

describe('the pepper of a peer', () => {
  it.each(['signed', 'v2'] as const)('that changed is taken from the error of a %s lookup', async (api) => {
    const domain = `pepper-${api}.example`
    const peer = await world.peer(domain, [api])
    peer.people.set(`email dan@${domain}`, `@dan:${domain}`)
    const ours = world.open({ account })
    await ours.find(`nobody@${domain}`)
    peer.pepper = 'pepper-two'
    const before = peer.http.seen.length
    expect(await ours.find(`dan@${domain}`)).toBe(`@dan:${domain}`)
    expect(
      peer
        .asked()
        .slice(before)
        .filter((asked) => asked.endsWith('/lookup')),
    ).toHaveLength(2)
    expect(
      peer
        .asked()
        .slice(before)
        .filter((asked) => asked.endsWith('hash_details')),
    ).toHaveLength(0)
  })

  it.each(['signed', 'v2'] as const)(
    'that the error of a %s lookup does not name is asked for',
    async (api) => {
      const domain = `pepperless-${api}.example`
      const peer = await world.peer(domain, [api])
      peer.people.set(`email dan@${domain}`, `@dan:${domain}`)
      const ours = world.open({ account })
      await ours.find(`nobody@${domain}`)
      peer.pepper = 'pepper-two'
      const path =
        api === 'v2'
          ? '/_matrix/identity/v2/lookup'
          : '/_matrix/identity/unstable/org.signpost.federation/lookup'
      peer.override(path, (_request, response) => {
        peer.override(path, null)
        response.writeHead(400).end('{"errcode":"M_INVALID_PEPPER","error":"wrong"}')
      })
      expect(await ours.find(`dan@${domain}`)).toBe(`@dan:${domain}`)
    },
  )

  it('that is never right is a failure, not a loop', async () => {
    const peer = await world.peer('no-pepper.example', ['signed'])
    peer.override('/_matrix/identity/unstable/org.signpost.federation/lookup', (_request, response) => {
      response.writeHead(400).end('{"errcode":"M_INVALID_PEPPER","lookup_pepper":"other","error":"wrong"}')
    })
    const ours = world.open()
    const [opinion] = await ours.remote.explain(email('dan@no-pepper.example'))
    expect(opinion).toMatchObject({ outcome: 'failed' })
    expect(opinion?.detail).toContain('pepper')
    expect(peer.asked().filter((asked) => asked.endsWith('/lookup'))).toHaveLength(2)
  })
})
