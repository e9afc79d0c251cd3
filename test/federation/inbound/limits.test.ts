import { afterAll, beforeAll, expect, it } from 'vitest'
import { federationPath } from '../../../src/federation/wire.ts'
import { createAuthority, type Authority } from '../../support/certificate-authority.ts'
import { startDnsServer, type DnsServer } from '../../support/dns-server.ts'
import { lookupHash, member, startIdentityWorld, type IdentityWorld } from '../../support/identity-world.ts'
import { expectError } from '../../support/matrix-error.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import {
  askSigned,
  signedPepper,
  startAskingSignpost,
  type AskingSignpost,
} from './support/asking-signpost.ts'

let authority: Authority
let dns: DnsServer
let world: IdentityWorld
let peer: AskingSignpost
let other: AskingSignpost

beforeAll(async () => {
  authority = await createAuthority(await createTempDir('authority'))
  dns = await startDnsServer()
  const rate = (burst: number) => ({ perMinute: 1, burst })
  world = await startIdentityWorld({
    network: { dnsServers: [dns.address], caFile: authority.caFile, allowPrivate: ['127.0.0.1'] },
    rateLimits: {
      enabled: true,
      federationPerIp: rate(20),
      federationKeysPerIp: rate(5),
      federationPerOrigin: rate(100),
      lookupPerHomeserver: rate(100),
    },
  })
  const start = (name: string) =>
    startAskingSignpost({ name, destination: 'example.com', dns, authority, now: () => world.clock.now() })
  peer = await start('asking.example')
  other = await start('other-asking.example')
})
afterAll(async () => {
  await world.stop()
  await Promise.all([peer.close(), other.close(), dns.close()])
})

const from = (address: string) => ({ 'x-forwarded-for': address })
const hashes = (count: number) =>
  Array.from({ length: count }, (_, n) => lookupHash(`n${n}@example.com`, 'email', 'pepper'))
const ask = async (signpost: AskingSignpost, address: string, changes: object = {}) =>
  askSigned(world.api, signpost.request({ pepper: await signedPepper(world.api), ...changes }), from(address))

it('one server that goes through a list of guesses is stopped by its own budget, wherever it asks from', async () => {
  expect((await ask(peer, '198.18.1.1', { addresses: hashes(60) })).status).toBe(200)
  expectError(await ask(peer, '198.18.1.2', { addresses: hashes(60) }), 429, 'M_LIMIT_EXCEEDED')
  expect((await ask(other, '198.18.1.2', { addresses: hashes(60) })).status).toBe(200)
})

it('somebody who only claims to be a server does not use up its budget', async () => {
  world.clock.advance(100 * 60_000)
  for (let round = 0; round < 3; round++) {
    const forged = other.request({ origin: peer.name, addresses: hashes(60) })
    expectError(await askSigned(world.api, forged, from('198.18.2.1')), 403, 'M_FORBIDDEN')
  }
  expect((await ask(peer, '198.18.2.2', { addresses: hashes(60) })).status).toBe(200)
})

it('one address that names a new server each time makes us ask a few of them', async () => {
  const before = dns.questions.length
  const statuses = []
  for (let n = 0; n < 12; n++) {
    const forged = other.request({ origin: `invented${n}.example` })
    statuses.push((await askSigned(world.api, forged, from('198.18.3.1'))).status)
  }
  expect(statuses).toEqual([...Array(5).fill(403), ...Array(7).fill(429)])
  expect(dns.questions.slice(before)).toHaveLength(5)
})

it('one address that sends many requests is refused before anything is done for it', async () => {
  const statuses = []
  for (let n = 0; n < 25; n++) statuses.push((await askSigned(world.api, {}, from('198.18.4.1'))).status)
  expect(statuses).toEqual([...Array(20).fill(400), ...Array(5).fill(429)])
  const details = await world.api.get(`${federationPath}/hash_details`, { headers: from('198.18.4.1') })
  expectError(details, 429, 'M_LIMIT_EXCEEDED')
})

it('all users of another homeserver share one budget, beside the one of each', async () => {
  const tokens = await Promise.all(['@a:other.example', '@b:other.example'].map((user) => world.login(user)))
  const own = await world.login('@alice:example.org')
  const lookup = async (token = '') => {
    const pepper = member((await world.api.get('/v2/hash_details', { token })).body, 'lookup_pepper')
    const json = { algorithm: 'sha256', pepper, addresses: hashes(60) }
    return (await world.api.post('/v2/lookup', { token, json })).status
  }
  expect([await lookup(tokens[0]), await lookup(tokens[1])]).toEqual([200, 429])
  expect([await lookup(own), await lookup(own)]).toEqual([200, 200])
})

it('refusals are counted by their kind', async () => {
  const metrics = await (await fetch(`${world.appliance.adminAddress}/metrics`)).text()
  for (const result of ['answered', 'refused', 'limited']) {
    expect(metrics).toMatch(
      new RegExp(`signpost_federation_requests_total\\{direction="in",result="${result}"\\} [1-9]`),
    )
  }
})
