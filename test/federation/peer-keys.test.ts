import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { json } from '../support/http-peer.ts'
import { startFederationWorld, type FederationWorld, type OpenOutbound } from './support/federation-world.ts'
import type { StandInPeer } from './support/stand-in-peer.ts'

let world: FederationWorld
let peer: StandInPeer
let ours: OpenOutbound
let domain: string
let count = 0

beforeAll(async () => {
  world = await startFederationWorld()
})
beforeEach(async () => {
  domain = `keys${count++}.example`
  peer = await world.peer(domain, ['signed'])
  ours = world.open()
})
afterAll(() => world.close())

const key = (keyId = 'ed25519:0', name = domain) =>
  ours.keys.ofDomain(name, keyId, AbortSignal.timeout(10_000))
const fetches = () => peer.http.seen.length
const hour = 3_600_000

describe('the key of a peer', () => {
  it('is fetched once and remembered for an hour', async () => {
    expect(await key()).toBe(peer.signingKey.publicKey)
    ours.runtime.clock.advance(hour - 1)
    expect(await key()).toBe(peer.signingKey.publicKey)
    expect(fetches()).toBe(1)
    ours.runtime.clock.advance(1)
    await key()
    expect(fetches()).toBe(2)
  })

  it('is used on for a day while its owner is away', async () => {
    await key()
    peer.override('/', (_request, response) => void response.destroy())
    ours.runtime.clock.advance(23 * hour)
    expect(await key()).toBe(peer.signingKey.publicKey)
    ours.runtime.clock.advance(2 * hour)
    await expect(key()).rejects.toMatchObject({ name: 'PeerFailure', code: 'connect' })
  })

  it('that was withdrawn is forgotten', async () => {
    await key()
    peer.override('/', json(404, { errcode: 'M_NOT_FOUND', error: 'no' }))
    ours.runtime.clock.advance(hour)
    expect(await key()).toBeNull()
  })

  it('is read under v1 where v2 does not have it', async () => {
    peer.override('/_matrix/identity/v2/', json(404, { errcode: 'M_UNRECOGNIZED', error: 'no' }))
    expect(await key()).toBe(peer.signingKey.publicKey)
  })

  it('of a domain without identity server is none, and nobody is asked for ids that are none', async () => {
    expect(await key('ed25519:0', 'nothing.example')).toBeNull()
    for (const id of ['ed25519:../../x', 'ed25519:', 'rsa:0', 'ed25519:0?x=1', 'ed25519:a/b'])
      expect(await key(id)).toBeNull()
    expect(fetches()).toBe(0)
  })

  it.each([
    ['no text', { public_key: 7 }],
    ['too long', { public_key: 'A'.repeat(300) }],
    ['missing', {}],
  ])('that is %s is a failure', async (_what, body) => {
    peer.override('/', json(200, body))
    await expect(key()).rejects.toMatchObject({ code: 'answer' })
  })

  it('of the wrong length counts as none', async () => {
    peer.override('/', json(200, { public_key: 'AAAA' }))
    expect(await key()).toBeNull()
  })
})

it('Invented key ids cause a few questions a minute and no more, and known keys are found all the same', async () => {
  await key()
  for (let index = 1; index < 20; index++) expect(await key(`ed25519:made${index}`)).toBeNull()
  const asked = fetches()
  expect(asked).toBeLessThanOrEqual(8)
  expect(await key()).toBe(peer.signingKey.publicKey)
  ours.runtime.clock.advance(60_001)
  await key('ed25519:made99')
  expect(fetches()).toBeGreaterThan(asked)
})
