import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Requester } from '../../src/backends/backend.ts'
import { createRateLimiter } from '../../src/http/rate-limiter.ts'
import { json, startHttpPeer, type HttpPeer } from '../support/http-peer.ts'
import { createTestRuntime } from '../support/test-runtime.ts'
import { startStandInPeer, type StandInPeer } from './support/stand-in-peer.ts'
import {
  account,
  email,
  startFederationWorld,
  type FederationInput,
  type FederationWorld,
} from './support/federation-world.ts'

let world: FederationWorld
let partner: StandInPeer
let central: StandInPeer
let bridge: HttpPeer

beforeAll(async () => {
  world = await startFederationWorld()
  partner = await world.peer('partner.example', ['signed'])
  central = await startStandInPeer({
    apis: ['v2'],
    isOpenIdToken: (token) => world.homeserver.issued.has(token),
  })
  bridge = await startHttpPeer({ handler: json(200, {}) })
})
afterAll(async () => {
  await Promise.all([world.close(), central.close(), bridge.close()])
})

const client = (userId: string | null, address?: string): Requester => ({
  kind: 'client',
  userId,
  ...(address === undefined ? {} : { address }),
})

describe('other servers are asked', () => {
  it.each<[string, Requester | null, FederationInput, boolean]>([
    ['for Signpost itself', null, {}, true],
    ['for its operator', { kind: 'operator', userId: null }, {}, true],
    ['for a user of ours', client('@alice:ours.example'), {}, true],
    [
      'for no user of ours, if they may not',
      client('@alice:ours.example'),
      { recursion: { accounts: false } },
      false,
    ],
    ['for no user of another homeserver', client('@alice:partner.example'), {}, false],
    ['for no user whose homeserver only ends like ours', client('@alice:x.ours.example'), {}, false],
    ['for an address that may', client(null, '10.1.2.3'), { recursion: { networks: ['10.1.0.0/16'] } }, true],
    [
      'for no address that may not',
      client(null, '10.2.2.3'),
      { recursion: { networks: ['10.1.0.0/16'] } },
      false,
    ],
    ['for nobody without name and address', client(null), { recursion: { networks: ['0.0.0.0/0'] } }, false],
    [
      'for no peer, wherever it is',
      { kind: 'peer', userId: '@alice:ours.example', address: '10.1.2.3' },
      { recursion: { networks: ['10.1.2.3'] } },
      false,
    ],
    ['for nobody when there is nobody to ask', null, { outbound: { enabled: false } }, false],
  ])('%s', async (_what, requester, federation, allowed) => {
    partner.people.set('email dan@partner.example', '@dan:partner.example')
    const { remote, sent } = world.open(federation)
    expect(remote.allows(requester)).toBe(allowed)
    const found = await remote.find([email('dan@partner.example')], requester)
    expect(found.size).toBe(allowed ? 1 : 0)
    expect(sent.length > 0).toBe(allowed)
  })
})

describe('the order', () => {
  const everybody = (): FederationInput => ({
    bridges: { url: `http://127.0.0.1:${bridge.port}` },
    central: [{ url: `http://127.0.0.1:${central.http.port}` }],
    account,
  })
  const hostsOf = (sent: readonly { url: string }[]) => [...new Set(sent.map(({ url }) => new URL(url).host))]

  it('is the own domain of an address, then the bridge, then central servers', async () => {
    central.people.set('email nobody@partner.example', '@central:far.example')
    const ours = world.open(everybody())
    expect(await ours.find('nobody@partner.example')).toBe('@central:far.example')
    expect(hostsOf(ours.sent).filter((host) => !world.homeserver.url.endsWith(host))).toEqual([
      `id.partner.example:${partner.http.port}`,
      `127.0.0.1:${bridge.port}`,
      `127.0.0.1:${central.http.port}`,
    ])
  })

  it('ends with the first answer: later ones do not hear of the address, not even in an explanation', async () => {
    partner.people.set('email dan@partner.example', '@dan:partner.example')
    const ours = world.open(everybody())
    expect(await ours.find('dan@partner.example')).toBe('@dan:partner.example')
    const opinions = await ours.remote.explain(email('dan@partner.example'))
    expect(opinions.map(({ outcome }) => outcome)).toEqual(['found', 'not-asked', 'not-asked'])
    expect(hostsOf(ours.sent)).toEqual([`id.partner.example:${partner.http.port}`])
  })
})

describe('a domain', () => {
  it.each<[string, string, FederationInput['outbound'] & object, string | null]>([
    ['that is our own', 'ours.example', {}, 'a domain of this server'],
    ['that is the host of our own public address', 'matrix.ours.example', {}, 'a domain of this server'],
    ['that is denied, in whatever spelling', 'partner.example', { deny: ['Partner.EXAMPLE'] }, 'denied'],
    [
      'that is not among the allowed',
      'partner.example',
      { allow: ['other.example'] },
      'not among the allowed',
    ],
    [
      'that is denied though it is allowed',
      'partner.example',
      { allow: ['partner.example'], deny: ['partner.example'] },
      'denied',
    ],
    ['that is allowed', 'partner.example', { allow: ['partner.example'] }, null],
    ['whose parent is denied', 'partner.example', { deny: ['example'] }, null],
  ])('%s', async (_what, domain, outbound, why) => {
    const ours = world.open({ outbound })
    await ours.find(`dan@${domain}`)
    const [opinion] = await ours.remote.explain(email(`dan@${domain}`))
    if (why === null) expect(opinion?.outcome).toBe('found')
    else {
      expect(opinion).toMatchObject({ outcome: 'not-asked', detail: expect.stringContaining(why) as string })
      expect(ours.sent).toEqual([])
    }
  })

  it('for which we answer others is not asked', async () => {
    const ours = world.open({ inbound: { domains: ['partner.example'] } })
    expect(await ours.find('dan@partner.example')).toBeNull()
    expect(ours.sent).toEqual([])
  })
})

describe('the budget of a user', () => {
  function limited(burst: number) {
    const runtime = createTestRuntime()
    const limiter = createRateLimiter(
      () => ({ perMinute: 1, burst }),
      runtime.clock,
      () => true,
    )
    return world.open({}, { budget: limiter })
  }
  const alice = client('@alice:ours.example')
  const asks = (name: string) => [email(`${name}@partner.example`)]

  it('counts addresses that go out, and its end finds nobody without an error', async () => {
    for (const name of ['b1', 'b2', 'b3'])
      partner.people.set(`email ${name}@partner.example`, `@${name}:p.example`)
    const { remote } = limited(2)
    expect((await remote.find(asks('b1'), alice)).size).toBe(1)
    expect((await remote.find(asks('b2'), alice)).size).toBe(1)
    expect((await remote.find(asks('b3'), alice)).size).toBe(0)
    expect((await remote.find(asks('b1'), alice)).size).toBe(1)
  })

  it('is each one’s own, and Signpost has none', async () => {
    for (const name of ['c1', 'c2', 'c3'])
      partner.people.set(`email ${name}@partner.example`, `@${name}:p.example`)
    const { remote } = limited(1)
    expect((await remote.find(asks('c1'), alice)).size).toBe(1)
    expect((await remote.find(asks('c2'), client('@bob:ours.example'))).size).toBe(1)
    expect((await remote.find(asks('c3'), null)).size).toBe(1)
  })
})

it('Many domains in one question are all asked, and slow ones hold up nobody else', async () => {
  const domains = Array.from({ length: 40 }, (_, index) => `d${index}.many.example`)
  for (const domain of domains.slice(0, 8)) {
    world.dns.answer(`_matrix-identity._tcp.${domain}`, 'SRV', 'silence')
  }
  partner.people.set('email last@partner.example', '@last:p.example')
  const ours = world.open({ outbound: { timeout: '2s' } })
  const addresses = [...domains.map((domain) => email(`x@${domain}`)), email('last@partner.example')]
  const found = await ours.remote.find(addresses, client('@alice:ours.example'))
  expect([...found.values()].map(({ mxid }) => mxid)).toEqual(['@last:p.example'])
  for (const domain of domains) {
    expect(world.dns.questions).toContain(`SRV _matrix-identity._tcp.${domain}`)
  }
})

it('Whoever waits gets in time what is there, though Signpost itself would wait for more', async () => {
  const domains = Array.from({ length: 160 }, (_, index) => `s${index}.slow.example`)
  for (const domain of domains) world.dns.answer(`_matrix-identity._tcp.${domain}`, 'SRV', 'silence')
  const ours = world.open({ outbound: { timeout: '100ms' } })
  const asked = () => world.dns.questions.filter((question) => question.endsWith('.slow.example')).length
  await ours.remote.find(
    domains.map((domain) => email(`x@${domain}`)),
    client('@alice:ours.example'),
  )
  expect(asked()).toBeLessThan(domains.length)
  await world.open({ outbound: { timeout: '100ms' } }).findAll(domains.map((domain) => email(`x@${domain}`)))
  expect(new Set(world.dns.questions.filter((question) => question.endsWith('.slow.example'))).size).toBe(
    domains.length,
  )
})
