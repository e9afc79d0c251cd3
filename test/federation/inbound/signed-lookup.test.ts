import nacl from 'tweetnacl'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { federationPath, lookupAnswerSchema, MAX_HASHES, WINDOW_MS } from '../../../src/federation/wire.ts'
import { canonicalJson } from '../../../src/matrix/canonical-json.ts'
import { signJson } from '../../../src/matrix/signing.ts'
import { createAuthority, type Authority } from '../../support/certificate-authority.ts'
import { startDnsServer, type DnsServer } from '../../support/dns-server.ts'
import { lookupHash, member, startIdentityWorld, type IdentityWorld } from '../../support/identity-world.ts'
import { expectError } from '../../support/matrix-error.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import {
  askSigned,
  publishing,
  randomKey,
  signedPepper,
  startAskingSignpost,
  type AskingSignpost,
  type RequestChanges,
} from './support/asking-signpost.ts'

const alice = '@alice:example.org'
const MINUTE_MS = 60_000
let authority: Authority
let dns: DnsServer
let world: IdentityWorld
let peer: AskingSignpost

const startPeer = (name: string, address?: string) =>
  startAskingSignpost({
    ...{ name, destination: 'example.com', dns, authority, now: () => world.clock.now() },
    ...(address === undefined ? {} : { address }),
  })

beforeAll(async () => {
  authority = await createAuthority(await createTempDir('authority'))
  dns = await startDnsServer()
  world = await startIdentityWorld({
    network: { dnsServers: [dns.address], caFile: authority.caFile, allowPrivate: ['127.0.0.1'] },
    federation: { outbound: { timeout: '2s' } },
  })
  await world.bind(await world.login(alice), alice, 'alice@example.com')
  peer = await startPeer('asking.example')
})
afterAll(async () => {
  await world.stop()
  await Promise.all([peer.close(), dns.close()])
})

const ask = (request: object) => askSigned(world.api, request)
const pepper = () => signedPepper(world.api)
const aliceUnder = (used: string) => lookupHash('alice@example.com', 'email', used)

/** A request for alice and for somebody unknown. */
async function aboutAlice(changes: RequestChanges = {}): Promise<RequestChanges> {
  const used = await pepper()
  return {
    pepper: used,
    addresses: [aliceUnder(used), lookupHash('no@example.com', 'email', used)],
    ...changes,
  }
}

describe('hash_details for other Signposts', () => {
  it('names the pepper of all lookups and the algorithm, without a token', async () => {
    const token = await world.login(alice)
    const usual = await world.api.get('/v2/hash_details', { token })
    const answer = await world.api.get(`${federationPath}/hash_details`)
    expect([answer.status, answer.body]).toEqual([
      200,
      { lookup_pepper: member(usual.body, 'lookup_pepper'), algorithms: ['sha256'] },
    ])
  })
})

describe('a signed lookup', () => {
  it('answers whom it knows, signed and tied to the question', async () => {
    const request = peer.request(await aboutAlice())
    const answer = await ask(request)
    expect(answer.status).toBe(200)
    const body = lookupAnswerSchema.parse(answer.body)
    expect(body).toMatchObject({
      origin: 'example.org',
      destination: 'asking.example',
      nonce: (request as { nonce: string }).nonce,
      ts: world.clock.now(),
      mappings: { [aliceUnder(await pepper())]: alice },
    })
    const { signatures, ...signed } = body
    const publicKey = member((await world.api.get('/v2/pubkey/ed25519:0')).body, 'public_key')
    const isSigned = nacl.sign.detached.verify(
      Buffer.from(canonicalJson(signed)),
      Buffer.from(signatures['example.org']?.['ed25519:0'] ?? '', 'base64'),
      Buffer.from(publicKey, 'base64'),
    )
    expect(isSigned).toBe(true)
  })

  it('fetches the key of a peer once, from the server that its record names', async () => {
    const before = peer.server.seen.length
    for (let round = 0; round < 3; round++)
      expect((await ask(peer.request(await aboutAlice()))).status).toBe(200)
    expect(peer.server.seen.slice(before)).toEqual([])
    expect(peer.server.seen.at(0)).toMatchObject({
      url: '/_matrix/identity/v2/pubkey/ed25519:0',
      sni: 'id.asking.example',
    })
  })

  it('takes a Matrix domain with a port, whose record stands under the host', async () => {
    const answer = await ask(peer.request(await aboutAlice({ origin: 'Asking.example:8448' })))
    expect(answer.body).toMatchObject({ destination: 'Asking.example:8448' })
  })

  it('takes members that it does not know, as they are signed too', async () => {
    expect((await ask(peer.request(await aboutAlice({ later: ['version'] })))).status).toBe(200)
  })

  it('takes the former pepper for the grace time, and then names the current one', async () => {
    const before = await pepper()
    await world.appliance.index.rotate()
    const about = { pepper: before, addresses: [aliceUnder(before)] }
    const inGrace = await ask(peer.request(about))
    expect(lookupAnswerSchema.parse(inGrace.body).mappings).toEqual({ [aliceUnder(before)]: alice })
    world.clock.advance(15 * MINUTE_MS)
    const late = await ask(peer.request(about))
    expectError(late, 400, 'M_INVALID_PEPPER')
    expect(late.body).toMatchObject({ algorithm: 'sha256', lookup_pepper: await pepper() })
  })

  it('is noted with its peer and counts, without hashes and addresses, and is counted', async () => {
    await ask(peer.request(await aboutAlice()))
    const line = world.appliance
      .logText()
      .trimEnd()
      .split('\n')
      .findLast((each) => each.includes('another Signpost'))
    expect(JSON.parse(line ?? '{}')).toMatchObject({ origin: 'asking.example', asked: 2, found: 1 })
    expect(world.appliance.logText()).not.toContain(aliceUnder(await pepper()))
    const metrics = await (await fetch(`${world.appliance.adminAddress}/metrics`)).text()
    expect(metrics).toMatch(/signpost_federation_requests_total\{direction="in",result="answered"\} [1-9]/)
  })
})

describe('a request that is no good', () => {
  it('is refused when it was answered before', async () => {
    const request = peer.request(await aboutAlice())
    expect((await ask(request)).status).toBe(200)
    expectError(await ask(request), 401, 'M_UNAUTHORIZED')
    world.clock.advance(WINDOW_MS)
    expectError(await ask(request), 401, 'M_UNAUTHORIZED')
    world.clock.advance(1)
    expectError(await ask(request), 401, 'M_UNAUTHORIZED')
  })

  it.each([-WINDOW_MS - 1, WINDOW_MS + 1])('is refused when its time is %i ms from ours', async (apart) => {
    const request = peer.request(await aboutAlice({ ts: world.clock.now() + apart }))
    expectError(await ask(request), 401, 'M_UNAUTHORIZED')
  })

  it.each([-WINDOW_MS, WINDOW_MS])('is answered when its time is %i ms from ours', async (apart) => {
    const request = peer.request(await aboutAlice({ ts: world.clock.now() + apart }))
    expect((await ask(request)).status).toBe(200)
  })

  it('is refused with a signature by another key under the same name', async () => {
    const request = peer.request(await aboutAlice(), randomKey('ed25519:0'))
    expectError(await ask(request), 403, 'M_FORBIDDEN')
  })

  it('is refused when something was changed after signing', async () => {
    const request = peer.request(await aboutAlice())
    expectError(await ask({ ...request, ts: world.clock.now() + 1 }), 403, 'M_FORBIDDEN')
    expectError(await ask({ ...request, added: 1 }), 403, 'M_FORBIDDEN')
  })

  it('is refused with the signature of somebody else than its origin', async () => {
    const { signatures: _own, ...request } = peer.request(await aboutAlice()) as { signatures: object }
    expectError(await ask(signJson(request, 'other.example', peer.key)), 403, 'M_FORBIDDEN')
    expectError(await ask({ ...request, signatures: {} }), 403, 'M_FORBIDDEN')
    const odd = { 'asking.example': { 'ed25519:0': 'no signature', 'rsa:1': 'x', 'ed25519:../x': 'y' } }
    expectError(await ask({ ...request, signatures: odd }), 403, 'M_FORBIDDEN')
  })

  it.each(['example.org', 'example.org:8448', '127.0.0.1', '[::1]', 'no name', '', 'a..b'])(
    'is refused from the origin %j, of which nothing is asked',
    async (origin) => {
      const before = dns.questions.length
      expectError(await ask(peer.request(await aboutAlice({ origin }))), 400, 'M_INVALID_PARAM')
      expect(dns.questions.slice(before)).toEqual([])
    },
  )

  it.each([
    ['no time', { ts: 'now' }],
    ['a nonce that is too short', { nonce: 'short' }],
    ['another algorithm', { algorithm: 'none' }],
    ['addresses that are no list', { addresses: 'x' }],
    ['addresses that are no text', { addresses: [1, 2] }],
    ['a destination that is no domain', { destination: '192.0.2.1' }],
  ])('is refused with %s', async (_what, changes) => {
    expectError(await ask(peer.request(await aboutAlice(changes))), 400, 'M_INVALID_PARAM')
  })

  it('is refused without its members', async () => {
    expectError(await ask({}), 400, 'M_MISSING_PARAMS')
    expectError(await ask([]), 400, 'M_BAD_JSON')
  })

  it('is refused with more hashes than may be asked, and with a huge body, before anybody is asked', async () => {
    const stranger = { origin: 'stranger.example' }
    const hashes = Array.from({ length: MAX_HASHES + 1 }, () => 'A'.repeat(43))
    const before = dns.questions.length
    expectError(
      await ask(peer.request(await aboutAlice({ ...stranger, addresses: hashes }))),
      400,
      'M_TOO_LARGE',
    )
    const huge = await ask(peer.request(await aboutAlice({ ...stranger, filler: 'x'.repeat(200_000) })))
    expectError(huge, 413, 'M_TOO_LARGE')
    expect(dns.questions.slice(before)).toEqual([])
    const most = hashes.slice(1)
    expect((await ask(peer.request(await aboutAlice({ addresses: most })))).status).toBe(200)
  })
})

describe('an origin whose key cannot be had', () => {
  let other: AskingSignpost
  let started = 0
  beforeEach(async () => {
    other = await startPeer(`other${started++}.example`)
  })
  afterEach(() => other.close())

  it('is refused without a DNS record', async () => {
    expectError(await ask(peer.request(await aboutAlice({ origin: 'nowhere.example' }))), 403, 'M_FORBIDDEN')
  })

  it('is refused when it publishes another key', async () => {
    other.server.handle(publishing(randomKey('ed25519:1')))
    expectError(await ask(other.request(await aboutAlice())), 403, 'M_FORBIDDEN')
  })

  it.each<[string, (served: AskingSignpost) => void]>([
    ['answers nonsense', ({ server }) => server.handle((_request, response) => response.end('<html>'))],
    [
      'answers without an end',
      ({ server }) => server.handle((_request, response) => response.end('x'.repeat(2_000_000))),
    ],
    [
      'redirects to this machine',
      ({ server }) =>
        server.handle((_request, response) =>
          response.writeHead(302, { location: `https://127.0.0.1:${server.port}/` }).end(),
        ),
    ],
    ['hangs', ({ server }) => server.handle(() => {})],
    ['breaks off', ({ server }) => server.handle((_request, response) => response.destroy())],
    ['has DNS that fails', ({ name }) => dns.answer(`_matrix-identity._tcp.${name}`, 'SRV', 'SERVFAIL')],
  ])('is told to come later when it %s, while others are answered', async (_what, breakIt) => {
    breakIt(other)
    const waiting = ask(other.request(await aboutAlice()))
    expect((await ask(peer.request(await aboutAlice()))).status).toBe(200)
    expectError(await waiting, 502, 'M_UNKNOWN')
  })

  it('is connected to on no private address', async () => {
    const inside = await startPeer('inside.example', '127.0.0.2')
    const answer = await ask(inside.request(await aboutAlice()))
    expectError(answer, 502, 'M_UNKNOWN')
    expect(answer.text).not.toContain('127.0.0')
    expect(inside.server.connections).toBe(0)
    await inside.close()
  })

  it('is answered once its server is back', async () => {
    other.server.handle((_request, response) => response.destroy())
    expectError(await ask(other.request(await aboutAlice())), 502, 'M_UNKNOWN')
    other.mend()
    expect((await ask(other.request(await aboutAlice()))).status).toBe(200)
  })
})

describe('whom inbound federation is open to', () => {
  afterEach(() => world.configure())
  const inbound = (settings: object) => world.configure({ federation: { inbound: settings } })

  it('nobody while it is off', async () => {
    await inbound({ enabled: false })
    expectError(await ask(peer.request({})), 403, 'M_FORBIDDEN')
    expectError(await world.api.get(`${federationPath}/hash_details`), 403, 'M_FORBIDDEN')
  })

  it('whoever comes by a domain of ours, where domains are listed', async () => {
    await inbound({ domains: ['school.example', 'münchen.example'] })
    for (const destination of ['School.Example', 'xn--mnchen-3ya.example', 'example.org']) {
      expect((await ask(peer.request(await aboutAlice({ destination })))).status).toBe(200)
    }
    for (const destination of ['example.com', 'sub.school.example', 'asking.example']) {
      expectError(await ask(peer.request(await aboutAlice({ destination }))), 400, 'M_INVALID_PARAM')
    }
  })
})
